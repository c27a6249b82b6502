#include "../mps2.h"
