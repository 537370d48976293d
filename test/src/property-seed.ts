import * as fc from 'fast-check';

// Properties draw the same cases in every run, so that what fails in one place fails in all. GEODESIC_TEST_SEED draws others.
const given = process.env.GEODESIC_TEST_SEED;
if (given !== 'random') fc.configureGlobal({ seed: given === undefined ? 20_260 : Number(given) });
