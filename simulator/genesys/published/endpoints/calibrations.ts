import { visibility, type CalibrationState, type Viewer } from '../../../organisation/organisation.js';
import { missingValue, notFound } from '../../../common/apiError.js';
import type { Handlers } from '../call.js';
import { dayMs } from '../../../common/instants.js';
import { pagedListing } from '../listing.js';
import { renderCalibrationEntity } from '../render.js';

/** Calibrations: there is no way to list them but by calibrator. */
export const calibrations: Handlers = {
  getQualityCalibrations: (call) => {
    const { api, query, viewer } = call;
    const page = query.page({ max: 100 });
    const calibratorId = query.required('calibratorId');
    const conversationId = query.text('conversationId');
    const from = query.instant('startTime') ?? api.organisation.options.from - 400 * dayMs;
    const to = query.instant('endTime') ?? api.clock.now() + 1;
    const found: CalibrationState[] = [];
    for (const calibration of api.organisation.calibrations(from, to)) {
      if (calibration.calibrator.id !== calibratorId || !isVisible(calibration, viewer)) continue;
      if (conversationId !== undefined && calibration.conversationId !== conversationId) continue;
      found.push(calibration);
    }
    const start = (page.number - 1) * page.size;
    return pagedListing(
      call.listing(page),
      found.slice(start, start + page.size).map((each) => renderCalibrationEntity(each, viewer)),
      found.length,
    );
  },

  getQualityCalibration: ({ api, path, query, viewer }) => {
    const calibratorId = query.text('calibratorId');
    const conversationId = query.text('conversationId');
    if (calibratorId === undefined && conversationId === undefined) {
      throw missingValue('calibratorId or conversationId', 'one of them is required');
    }
    const calibration = api.organisation.calibration(path('calibrationId'));
    if (
      calibration === undefined ||
      !isVisible(calibration, viewer) ||
      (calibratorId !== undefined && calibration.calibrator.id !== calibratorId) ||
      (conversationId !== undefined && calibration.conversationId !== conversationId)
    ) {
      throw notFound('calibration', path('calibrationId'));
    }
    return renderCalibrationEntity(calibration, viewer);
  },
};

function isVisible(calibration: CalibrationState, viewer: Viewer): boolean {
  return visibility(calibration, viewer) !== 'hidden';
}
