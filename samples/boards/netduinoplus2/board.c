#include "../stm32.h"
