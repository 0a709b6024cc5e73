/* plot.h - a curve, as a picture. */
#ifndef HARNESS_DRIVER_SCALE_PLOT_H
#define HARNESS_DRIVER_SCALE_PLOT_H

#include "harness/driver/plot/drawing.h"
#include "harness/driver/scale/curve.h"

/*
 * Draws a curve that was made from measured: speedups measured, such of more workers than processors, such
 * projected, and both laws with their bands where they can be fitted to the rounds' ratios, beyond what was
 * measured as projections. The drawing has its title; its kind is "threads". Errors: false: as
 * drawing_open() and drawing_end(), or no memory.
 */
bool scale_plot(const char *spec, const struct scale_curve *curve, const struct results *measured,
                struct drawing *drawing, struct error *error);

#endif
