# heat.gp DATA PICTURE TITLE - speedup of each strategy under each allocator; blue is faster, orange slower, as far as twice.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
load ARG0[1:strlen(ARG0) - strlen("heat.gp")] . "common.gp"
unset key
unset grid
set palette defined (-1 "#D55E00", 0 "#FFFFFF", 1 "#0072B2")
set cbrange [-1:1]
set cblabel "log2 of the speedup over the reference"
set xtics rotate by -20
plot data matrix rowheaders columnheaders using 1:2:($3 > 0 ? log($3) / log(2) : NaN) with image pixels, \
     "" matrix rowheaders columnheaders using 1:2:($3 > 0 ? sprintf("%.2f", $3) : "") with labels
