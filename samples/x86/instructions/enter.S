/* Into ring 3 and back, as in the other sample. */
#include "../torture/enter.S"
