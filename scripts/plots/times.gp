# times.gp - what latency.gp and cost.gp share: shown(items, us) by batch size, from the same data.
load ARG0[1:strlen(ARG0) - strlen("times.gp")] . "common.gp"
# One batch, or one time, has an axis too. What an axis has a range for, stats looks at within it alone.
stats data using (shown($1, $3)) name "low" nooutput
stats data using (shown($1, $4)) name "high" nooutput
stats data using 1 name "batch" nooutput
if (low_min == high_max) set yrange [low_min / 2.0:high_max * 2]
if (batch_min == batch_max) set xrange [batch_min / 2.0:batch_max * 2]
set logscale xy
set format x "%.0f"
set xlabel "batch size (items)"
# A loop over nothing still looks for one block.
mark = failed ? lines : 0
plot for [i = 0 : lines - 1] data index i using 1:(shown($1, $2)):(shown($1, $3)):(shown($1, $4)) with yerrorlines lt i + 1 \
         title columnheader(1), \
     data index mark using 1:(failed ? shown($1, $2) : NaN) with points pt 2 ps 2 lw 3 lc rgb "#000000" \
         title failed ? "failed, shown at the reference's time" : ""
