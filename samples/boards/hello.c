/* Prints what is true of every board, and sleeps. */
#include "board.h"
#include "console.h"

static uint32_t initialised = 42;
static uint32_t zeroed;

int main(void)
{
    console_open();
    print("hello from " BOARD "\n");
    print_unsigned(initialised);
    print(" ");
    print_unsigned(zeroed);
    print("\n");
    return 0;
}
