"""As dlt's documentation has a user write it: rest_api, a merge by primary key, every setting as it comes."""

import os

import dlt
from source import genesys, read, search

merged = {"primary_key": "id", "write_disposition": "merge"}
resources = {
    "in-lists": [search("evaluations", merged)],
    "by-id": [search("found", merged), read("evaluations", "found", merged)],
}


def load(answers: str) -> None:
    pipeline = dlt.pipeline(
        pipeline_name="genesys",
        destination=dlt.destinations.duckdb(os.environ["BENCH_WAREHOUSE"]),
        dataset_name="quality",
        pipelines_dir=os.environ["BENCH_PIPELINES"],
    )
    pipeline.run(genesys(resources[answers]))
