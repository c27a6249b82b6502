/* What ARMv6-M makes a HardFault: unaligned accesses, instructions of ARMv7-M, holes; and pended exceptions. */
#include "board.h"
#include "exceptions.h"

#define HOLE 0x24000000u /* nothing is there on the board */
#define EXECUTE_NEVER 0xA8000000u

#define ICSR REGISTER(0xE000ED04)
#define ISPR REGISTER(0xE000E200)
#define ICPR REGISTER(0xE000E280)
#define SHPR2 REGISTER(0xE000ED1C)
#define SHPR3 REGISTER(0xE000ED20)
#define PRIORITIES(irq) REGISTER(0xE000E400 + (irq) / 4 * 4)
#define ICSR_PEND_NMI (1u << 31)
#define ICSR_PEND_SV (1u << 28)
#define ICSR_PEND_SYSTICK (1u << 26)

extern volatile uint32_t resume_address;
static uint32_t words[8];

static void provoke_unaligned(void)
{
    __asm__ volatile("adds r0, %0, #1\n"
                     "movs r3, #4\n"
                     ".irp op, ldr, ldrh, str, strh\n"
                     "\\op r1, [r0]\n"
                     "\\op r1, [r0, #4]\n"
                     "\\op r1, [r0, r3]\n"
                     ".endr\n"
                     "ldrsh r1, [r0, r3]\n"
                     "ldrb r1, [r0]\n"
                     "ldrsb r1, [r0, r3]\n"
                     "strb r1, [r0]\n"
                     "ldmia r0!, {r1, r2}\n"
                     "stmia r0!, {r1, r2}\n"
                     "adds r0, %0, #2\n"
                     "ldr r1, [r0]\n"
                     "str r1, [r0]\n"
                     "ldrh r1, [r0]\n"
                     "strh r1, [r0]\n"
                     "ldmia r0!, {r1, r2}\n"
                     "stmia r0!, {r1, r2}\n" ::"l"(words)
                     : "r0", "r1", "r2", "r3", "cc", "memory");
}

static void provoke_undefined(void)
{
    __asm__ volatile("udf #0\n"
                     ".hword 0xf7f0, 0xa000\n" /* udf.w #0 */
                     ".hword 0xb900\n"         /* cbnz r0 */
                     ".hword 0xb100\n"         /* cbz r0 */
                     ".hword 0xf04f, 0x0001\n" /* mov.w r0, #1 */
                     ".hword 0xf240, 0x0001\n" /* movw r0, #1 */
                     ".hword 0xeb00, 0x0001\n" /* add.w r0, r0, r1 */
                     ".hword 0xfb90, 0xf0f1\n" /* sdiv r0, r0, r1 */
                     ".hword 0xfb00, 0x2001\n" /* mla r0, r0, r1, r2 */
                     ".hword 0xe850, 0x0f00\n" /* ldrex r0, [r0] */
                     ".hword 0xf8d0, 0x0000\n" /* ldr.w r0, [r0] */
                     ".hword 0xe890, 0x0006\n" /* ldm.w r0, {r1, r2} */
                     ".hword 0xf000, 0x8001\n" /* beq.w */
                     ".hword 0xf3af, 0x8000\n" /* nop.w */
                     ".hword 0xee00, 0x0410\n" /* mcr p4 */
                     ".hword 0xee10, 0x1710\n" /* mrc p7 */
                     ".hword 0xee30, 0x0a00\n" /* vadd.f32 */
                     ".hword 0xfab0, 0xf080\n" /* clz r0, r0 */
                     ".hword 0xf3c0, 0x0007\n" /* ubfx r0, r0, #0, #8 */ ::
                         : "r0", "r1", "r2", "cc", "memory");
}

static void branch_to(uint32_t target)
{
    __asm__ volatile("adr r1, 1f\n"
                     "str r1, [%1]\n"
                     "blx %0\n"
                     ".align 2\n"
                     "1: nop\n"
                     :
                     : "l"(target), "l"(&resume_address)
                     : "r1", "lr", "cc", "memory");
}

static void provoke_holes(void)
{
    __asm__ volatile("ldr r1, [%0]\n"
                     "str r1, [%0, #4]\n"
                     "ldrb r1, [%0]\n"
                     "mov r0, %0\n"
                     "subs r0, #8\n"
                     "ldmia r0!, {r1-r4}\n"
                     "stmia r0!, {r1-r4}\n"
                     "bkpt #1\n"
                     :
                     : "l"(HOLE)
                     : "r0", "r1", "r2", "r3", "r4", "cc", "memory");
    branch_to(HOLE | 1);
    branch_to(HOLE);
    branch_to((uint32_t)provoke_unaligned & ~3u);
    branch_to(EXECUTE_NEVER | 1);
}

static void provoke_all(void)
{
    provoke_unaligned();
    provoke_undefined();
    provoke_holes();
}

/* The same on frames that must be padded, and with the process stack. */
__attribute__((naked, noipa)) static void with_odd_stack(void (*function)(void))
{
    (void)function;
    __asm__ volatile("push {lr}\n blx r0\n pop {pc}\n");
}

__attribute__((naked, noipa)) static void with_process_stack(void (*function)(void))
{
    (void)function;
    __asm__ volatile("push {r4, lr}\n"
                     "mrs r4, control\n"
                     "ldr r1, =0x20002004\n"
                     "msr psp, r1\n"
                     "movs r1, #3\n" /* a Cortex-M0 has no unprivileged mode: bit 0 stays clear */
                     "msr control, r1\n"
                     "isb\n"
                     "mrs r1, control\n"
                     "blx r0\n"
                     "msr control, r4\n"
                     "isb\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

static void pend_all(void)
{
    disable_interrupts();
    ICSR = ICSR_PEND_SV | ICSR_PEND_SYSTICK;
    ISPR = 1u << SERIAL_IRQ | 1u << TIMER_IRQ;
    enable_interrupts();
    __asm__ volatile("nop\n nop\n svc #1\n nop\n" ::: "memory");
}

static void pend_masked(void)
{
    disable_interrupts();
    ISPR = 1u << TIMER_IRQ;
    ICSR = ICSR_PEND_NMI;
    __asm__ volatile("nop\n svc #3\n udf #0\n nop\n");
    ICPR = 1u << TIMER_IRQ;
    ISPR = 1u << SERIAL_IRQ;
    enable_interrupts();
    __asm__ volatile("nop\n nop\n" ::: "memory");
}

static void pend_with_priorities(void)
{
    for (uint32_t i = 0; i < 32; i++)
    {
        PRIORITIES(SERIAL_IRQ) = (i & 3) << (6 + SERIAL_IRQ % 4 * 8);
        PRIORITIES(TIMER_IRQ) = (i >> 1 & 3) << (6 + TIMER_IRQ % 4 * 8);
        PRIORITIES(31) = (i * 3 & 3) << 30 | 0x3F000000;
        SHPR2 = (i >> 2 & 1) << 30;
        SHPR3 = (i * 5 & 3) << 22 | (i * 7 & 3) << 30;
        pend_all();
        pend_masked();
    }
}

/* Registers that are there, those of ARMv7-M that are not, and both in smaller pieces. */
static void read_system_registers(void)
{
    static const uint16_t offsets[] = {0x004, 0x008, 0x01C, 0x100, 0x180, 0x200, 0x280, 0x300, 0x400, 0x41C,
                                       0x420, 0xD00, 0xD04, 0xD0C, 0xD14, 0xD18, 0xD1C, 0xD20, 0xD28,
                                       0xD2C, 0xD34, 0xD40, 0xD60, 0xD88, 0xD90, 0xD94, 0xF00, 0xF34, 0xFE0, 0xFF0};
    for (uint32_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
    {
        (void)REGISTER(0xE000E000 + offsets[i]);
    }

    for (uint32_t offset = 0xD18; offset < 0xD24; offset += 4)
    {
        REGISTER(0xE000E000 + offset) = 0xFFFFFFFF;
        (void)REGISTER(0xE000E000 + offset);
        REGISTER(0xE000E000 + offset) = 0;
    }
}

void exceptions_run(void)
{
    enable_interrupt(SERIAL_IRQ);
    enable_interrupt(TIMER_IRQ);
    enable_interrupt(31);
    read_system_registers();
    provoke_all();
    with_odd_stack(provoke_all);
    with_process_stack(provoke_all);
    pend_with_priorities();
    with_process_stack(pend_with_priorities);
}
