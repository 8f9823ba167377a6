"""Evaluations of a Genesys Cloud organisation with dlt's rest_api source; both forms of the pipeline are made of it."""

import os
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any, Iterator

import dlt
from dlt.common.configuration import configspec
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
from dlt.sources.rest_api import rest_api_source


@configspec
class GenesysSignIn(OAuth2ClientCredentials):
    """Genesys Cloud wants the client in an Authorization header; dlt sends it in the body unless it is told so."""

    def build_access_token_request(self) -> dict[str, Any]:
        client = b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return {
            "headers": {
                "Authorization": f"Basic {client}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            "data": {"grant_type": "client_credentials"},
        }


def spans() -> Iterator[dict[str, Any]]:
    """A search pages through 10,000 results at most, and automated evaluations are searched apart."""
    start = datetime.fromisoformat(os.environ["BENCH_FROM"])
    last = datetime.fromisoformat(os.environ["BENCH_TO"])
    days = float(os.environ["BENCH_SPAN_DAYS"])
    while start < last:
        end = min(start + timedelta(days=days), last)
        for automated in (False, True):
            yield {"start": stamp(start), "end": stamp(end), "automated": automated}
        start = end


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def search(name: str, hints: dict[str, Any]) -> dict[str, Any]:
    """The evaluations of each span, page by page, but for hidden ones, of which there is nothing to load or to read."""
    return {
        "name": name,
        "processing_steps": [{"filter": lambda found: not found.get("redacted")}],
        "endpoint": {
            "path": "/api/v2/quality/evaluations/search",
            "method": "POST",
            "json": {
                "query": [
                    {
                        "type": "DATE_RANGE",
                        "field": "submittedDate",
                        "startValue": "{resources.spans.start}",
                        "endValue": "{resources.spans.end}",
                    }
                ],
                "systemSubmitted": "{resources.spans.automated}",
                "sortBy": "submittedDate",
                "sortOrder": "ASC",
                "pageSize": 100,
                "pageNumber": 1,
            },
            "data_selector": "results",
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "page_body_path": "pageNumber",
                "total_path": None,
            },
        },
        **hints,
    }


def read(name: str, found: str, hints: dict[str, Any]) -> dict[str, Any]:
    """Each evaluation that a search found, by its id."""
    conversation = f"{{resources.{found}.conversation.id}}"
    evaluation = f"{{resources.{found}.id}}"
    return {
        "name": name,
        "endpoint": {
            "path": f"/api/v2/quality/conversations/{conversation}/evaluations/{evaluation}",
            "data_selector": "$",
            "paginator": "single_page",
        },
        **hints,
    }


def genesys(resources: list[dict[str, Any]]):
    return rest_api_source(
        {
            "client": {
                "base_url": os.environ["BENCH_API_URL"],
                "auth": GenesysSignIn(
                    access_token_url=f"{os.environ['BENCH_LOGIN_URL']}/oauth/token",
                    client_id=os.environ["BENCH_CLIENT_ID"],
                    client_secret=os.environ["BENCH_CLIENT_SECRET"],
                ),
            },
            "resources": [
                dlt.resource([list(spans())], name="spans", selected=False),
                *resources,
            ],
        },
        name="genesys",
    )
