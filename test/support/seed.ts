import fc from 'fast-check';

/**
 * Property tests look at the same cases in every run, so that a failure is the change's and not the day's. Other cases:
 * `FAST_CHECK_SEED=<number>`; a failure prints its own seed and path. Exploring is what the simulation is for.
 */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20_261_124) });
