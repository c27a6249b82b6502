#include "board.h"
#include "console.h"

__attribute__((used)) void report_hard_fault(const struct exception_frame *frame)
{
    print("HardFault at pc ");
    print_hex(frame->pc);
    print(", status ");
    print_hex(SCB_CFSR);
    print(", address ");
    print_hex(SCB_BFAR);
    print("\n");
}

/* Main loop and handlers share the main stack, so the frame is where SP points. */
__attribute__((naked)) void hard_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n"
                     "bl report_hard_fault\n"
                     ".global fault_halt\n"
                     "fault_halt: b .\n");
}
