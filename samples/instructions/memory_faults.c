/* Returns that are not allowed, stacks that are not there, and what the MPU lets by. */
#include "groups.h"
#include "board.h"

#define HOLE 0x24000000u /* nothing is there on the board */
#define PROTECTED 0x20340000u
#define RETURN_TO_THREAD 0xFFFFFFF9u

#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94)
#define MPU_RBAR (*(volatile uint32_t *)0xE000ED9C)
#define MPU_RASR (*(volatile uint32_t *)0xE000EDA0)
#define RBAR_VALID (1u << 4)
#define RASR_EXECUTE_NEVER (1u << 28)
#define MPU_ON 1u
#define MPU_PRIVILEGED_DEFAULT 4u

/* For the fault handlers: where to go on, which frame to return to, and by which EXC_RETURN. */
extern volatile uint32_t resume_address, stack_override, return_override;

__attribute__((aligned(8))) static uint32_t spare_frame[24];

static void enable_faults(uint32_t wanted)
{
    SCB_SHCSR = (SCB_SHCSR & ~(7u << 16)) | wanted << 16;
}

/* svc #0x44 returns by r0, svc #0x66 with its exception not active. */
__attribute__((naked, noipa)) static void return_by(uint32_t value)
{
    (void)value;
    __asm__ volatile("push {r4, lr}\n"
                     "adr r1, 1f\n"
                     "ldr r2, =resume_address\n"
                     "str r1, [r2]\n"
                     "svc #0x44\n"
                     "nop\n"
                     ".align 2\n"
                     "1: nop\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

__attribute__((naked, noipa)) static void return_inactive(void)
{
    __asm__ volatile("push {r4, lr}\n"
                     "adr r1, 1f\n"
                     "ldr r2, =resume_address\n"
                     "str r1, [r2]\n"
                     "svc #0x66\n"
                     "nop\n"
                     ".align 2\n"
                     "1: nop\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

static void provoke_returns(void)
{
    static const uint8_t values[] = {0xF0, 0xF2, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF};
    for (uint32_t i = 0; i < sizeof values; i++)
    {
        return_override = RETURN_TO_THREAD;
        return_by(0xFFFFFF00u | values[i]);
    }

    return_override = RETURN_TO_THREAD;
    return_inactive();
}

/* An exception on a stack that is not there: the handler of the fault gives it another one. */
__attribute__((naked, noipa)) static void stack_on(uint32_t stack, uint32_t *frame)
{
    (void)stack;
    (void)frame;
    __asm__ volatile("push {r4, lr}\n"
                     "mrs r4, control\n"
                     "adr r2, 1f\n"
                     "str r2, [r1, #24]\n"
                     "ldr r3, =resume_address\n"
                     "str r2, [r3]\n"
                     "ldr r2, =0x01000000\n"
                     "str r2, [r1, #28]\n"
                     "ldr r3, =stack_override\n"
                     "str r1, [r3]\n"
                     "msr psp, r0\n"
                     "movs r2, #2\n"
                     "msr control, r2\n"
                     "isb\n"
                     "svc #3\n"
                     "nop\n"
                     ".align 2\n"
                     "1: msr control, r4\n"
                     "isb\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

/* The stack is gone when the handler returns: svc #0x55 makes it r0. */
__attribute__((naked, noipa)) static void unstack_from(uint32_t stack, uint32_t *frame)
{
    (void)stack;
    (void)frame;
    __asm__ volatile("push {r4, lr}\n"
                     "mrs r4, control\n"
                     "adr r2, 1f\n"
                     "str r2, [r1, #24]\n"
                     "ldr r3, =resume_address\n"
                     "str r2, [r3]\n"
                     "ldr r2, =0x01000000\n"
                     "str r2, [r1, #28]\n"
                     "ldr r3, =stack_override\n"
                     "str r1, [r3]\n"
                     "add r2, r1, #88\n"
                     "msr psp, r2\n"
                     "movs r2, #2\n"
                     "msr control, r2\n"
                     "isb\n"
                     "svc #0x55\n"
                     "nop\n"
                     ".align 2\n"
                     "1: msr control, r4\n"
                     "isb\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

static void provoke_stacks(uint32_t stack)
{
    stack_on(stack, spare_frame);
    /* What a fault leaves in the registers of a frame that is there in part is unknown. */
    unstack_from(stack - 32, spare_frame);
    stack_on(stack + 32, spare_frame);
}

static void set_region(uint32_t number, uint32_t base, uint32_t size_bits, uint32_t access, uint32_t more)
{
    MPU_RBAR = base | RBAR_VALID | number;
    MPU_RASR = access << 24 | more | (size_bits - 1) << 1 | 1;
}

static void set_regions(void)
{
    set_region(0, 0x00000000, 22, 2, 0);
    set_region(1, 0x20000000, 22, 3, 0);
    set_region(2, PROTECTED, 8, 1, 0x0200); /* without its second eighth */
    set_region(3, PROTECTED + 0x100, 8, 2, 0xF000);
    set_region(4, PROTECTED + 0x200, 5, 6, 0);
    set_region(5, PROTECTED + 0x220, 5, 5, 0);
    set_region(6, PROTECTED + 0x240, 6, 0, 0);
    set_region(7, PROTECTED + 0x400, 10, 3, RASR_EXECUTE_NEVER);
}

static void access_all(void)
{
    /* None of them goes from what is allowed into what is not: QEMU looks at the first byte only. */
    static const uint16_t places[] = {0x000, 0x012, 0x01C, 0x01F, 0x020, 0x040, 0x0FE, 0x104, 0x162, 0x180, 0x1F0, 0x200,
                                      0x20D, 0x220, 0x22E, 0x240, 0x27C, 0x280, 0x400, 0x7F0};
    for (uint32_t i = 0; i < sizeof places / sizeof *places; i++)
    {
        __asm__ volatile("ldr r1, [%0]\n"
                         "str r1, [%0]\n"
                         "ldrb r1, [%0, #1]\n"
                         "strh r1, [%0]\n"
                         "strb r1, [%0, #3]\n"
                         "ldrt r1, [%0]\n"
                         "strt r1, [%0]\n"
                         "ldrsbt r1, [%0]\n"
                         "strht r1, [%0, #2]\n"
                         "bic r0, %0, #3\n"
                         "ldmia r0, {r1, r2, r3}\n"
                         "stmia r0!, {r1, r2}\n"
                         "strd r1, r2, [r0, #-4]!\n"
                         "ldrd r1, r2, [r0], #4\n"
                         "cmp r0, r0\n"
                         "ite ne\n strne r1, [%0]\n streq r1, [%0]\n"
                         "nop\n nop\n" ::"r"(PROTECTED + places[i])
                         : "r0", "r1", "r2", "r3", "cc", "memory");
    }
}

/* Without privilege, until svc #1 gives it back. */
static void access_unprivileged(void)
{
    __asm__ volatile("msr control, %0\n isb\n" ::"r"(1) : "memory");
    access_all();
    __asm__ volatile("ldr r1, [%0]\n str r1, [%0]\n svc #1\n" ::"r"(0xE000ED00) : "r1", "memory");
}

__attribute__((naked, noipa)) static void go_to(uint32_t target)
{
    (void)target;
    __asm__ volatile("push {r4, lr}\n"
                     "adr r1, 1f\n"
                     "ldr r2, =resume_address\n"
                     "str r1, [r2]\n"
                     "blx r0\n"
                     ".align 2\n"
                     "1: nop\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

/* From what may be executed into what may not, in the same page. QEMU lets an instruction pass that lies in both. */
static void provoke_parts(uint32_t control)
{
    volatile uint16_t *code = (volatile uint16_t *)(PROTECTED + 0x400);
    for (uint32_t i = 0; i < 64; i++)
    {
        code[i] = 0xBF00;
    }

    set_region(7, PROTECTED + 0x420, 5, 3, RASR_EXECUTE_NEVER);
    MPU_CTRL = control;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
    go_to((PROTECTED + 0x418) | 1);
    go_to((PROTECTED + 0x422) | 1);
    code[32] = 0x4770; /* bx lr */
    __asm__ volatile("dsb\n isb\n" ::: "memory");
    go_to((PROTECTED + 0x418) | 1);
    set_region(7, PROTECTED + 0x460, 5, 3, RASR_EXECUTE_NEVER);
    __asm__ volatile("dsb\n isb\n" ::: "memory");
    ((void (*)(void))((PROTECTED + 0x418) | 1))();
    MPU_CTRL = 0;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
}

static void provoke_protection(uint32_t control)
{
    MPU_CTRL = control;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
    access_all();
    access_unprivileged();
    go_to((PROTECTED + 0x400) | 1);
    provoke_stacks(PROTECTED + 0x270);
    MPU_CTRL = 0;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
}

void memory_faults_run(void)
{
    /* Frames are basic ones from here on. */
    __asm__ volatile("msr control, %0\n isb\n" ::"r"(0) : "memory");
    SCB_PRIORITY[EXCEPTION_SVC] = 0x40;
    for (uint32_t enabled = 0; enabled < 8; enabled++)
    {
        enable_faults(enabled);
        provoke_returns();
        provoke_stacks(HOLE + 0x80);
    }

    set_regions();
    for (uint32_t i = 0; i < 32; i++)
    {
        ((uint32_t *)(PROTECTED + 0x400))[i] = 0xBF00BF00;
    }

    enable_faults(0);
    provoke_protection(MPU_ON | MPU_PRIVILEGED_DEFAULT);
    enable_faults(7);
    provoke_protection(MPU_ON | MPU_PRIVILEGED_DEFAULT);
    provoke_parts(MPU_ON | MPU_PRIVILEGED_DEFAULT);
    SCB_PRIORITY[EXCEPTION_SVC] = 0;
    enable_faults(3);
}
