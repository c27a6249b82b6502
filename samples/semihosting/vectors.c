/* Vector table: newlib's start code is the reset handler, a fault ends in a loop. */
extern char initial_stack;
void _start(void);

static void unexpected_handler(void)
{
    __asm__ volatile("b .");
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    [0] = (void (*)(void))&initial_stack,
    [1] = _start,
    [2] = unexpected_handler,
    [3] = unexpected_handler,
};
