/* Returns that are not allowed, and stacks that are not there. */
#include "groups.h"
#include "board.h"

void memory_faults_run(void)
{
}
