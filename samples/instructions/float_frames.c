/*
 * Frames that hold floating-point registers: written at entry, or not before the handler's first floating-point instruction,
 * and then with the rights and priority of the code that they are of. And instructions that may not run at all.
 */
#include "groups.h"
#include "board.h"

#ifdef __ARM_FP

#define PROTECTED 0x20340000u
#define DENIED (PROTECTED + 0x800)
#define PRIVILEGED (PROTECTED + 0xA00)
#define PLAIN (PROTECTED + 0xC00)

/* A stack whose frame has its floating-point part from there on. */
#define STACK_WITH(part) ((part) + 0x48u)

#define ICSR (*(volatile uint32_t *)0xE000ED04)
#define ICSR_NMI (1u << 31)
#define CPACR (*(volatile uint32_t *)0xE000ED88)
#define CPACR_FPU 0x00F00000u
#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94)
#define MPU_RBAR (*(volatile uint32_t *)0xE000ED9C)
#define MPU_RASR (*(volatile uint32_t *)0xE000EDA0)
#define MPU_ON 1u
#define MPU_AT_NEGATIVE_PRIORITY 2u
#define MPU_PRIVILEGED_DEFAULT 4u
#define FPCCR (*(volatile uint32_t *)0xE000EF34)
#define FPCCR_LAZY (1u << 30)

#define RECOVER 0x100u
#define USER 1u

extern volatile uint32_t resume_address, stack_override;

__attribute__((aligned(8))) static uint32_t spare_frame[40];

/*
 * An exception on another stack. RECOVER: a fault that loses the frame goes on behind the call, on the spare frame; else one in
 * the handler goes on behind the instruction that faulted.
 */
#define CALL_ON(name, number) \
    __attribute__((naked, noipa)) static void name(uint32_t stack, uint32_t *frame, uint32_t mode) \
    { \
        (void)stack; \
        (void)frame; \
        (void)mode; \
        __asm__ volatile("push {r4, r5, r6, lr}\n" \
                         "mrs r4, control\n" \
                         "mov r5, r2\n" \
                         "adr r3, 1f\n" \
                         "str r3, [r1, #24]\n" \
                         "ldr r2, =0x01000000\n" \
                         "str r2, [r1, #28]\n" \
                         "tst r5, #0x100\n" \
                         "beq 2f\n" \
                         "ldr r2, =resume_address\n" \
                         "str r3, [r2]\n" \
                         "ldr r2, =stack_override\n" \
                         "str r1, [r2]\n" \
                         "2: msr psp, r0\n" \
                         "and r2, r5, #1\n" \
                         "orr r2, r2, #6\n" \
                         "msr control, r2\n" \
                         "isb\n" \
                         "svc #" number "\n" \
                         "nop\n" \
                         ".align 2\n" \
                         "1: mov r2, #0\n" \
                         "ldr r3, =resume_address\n" \
                         "str r2, [r3]\n" \
                         "ldr r3, =stack_override\n" \
                         "str r2, [r3]\n" \
                         "tst r5, #1\n" \
                         "beq 3f\n" \
                         "svc #1\n" \
                         "3: msr control, r4\n" \
                         "isb\n" \
                         "pop {r4, r5, r6, pc}\n" \
                         ".ltorg\n"); \
    }

CALL_ON(call_plain, "3")
CALL_ON(call_floating, "0x77")

static void set_region(uint32_t number, uint32_t base, uint32_t access)
{
    MPU_RBAR = base | 1u << 4 | number;
    MPU_RASR = access << 24 | 7 << 1 | 1;
}

static void set_mpu(uint32_t control)
{
    MPU_CTRL = control;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
}

static void enable_faults(uint32_t wanted)
{
    SCB_SHCSR = (SCB_SHCSR & ~(7u << 16)) | wanted << 16;
}

static void load_registers(uint32_t seed)
{
    __asm__ volatile("vmov s0, %0\n vmov s1, %0\n vmov s7, %0\n vmov s14, %0\n vmov s15, %0\n vmov s16, %0\n"
                     "vmsr fpscr, %1\n" ::"r"(seed), "r"(seed & 0xF3C00000u)
                     : "memory");
}

/* What is in the frame's place, as the registers of the loads show. */
static void fill(uint32_t part)
{
    for (uint32_t i = 0; i < 32; i++)
    {
        ((volatile uint32_t *)(part - 0x20))[i] = 0x5EED0000 + i;
    }
}

static void look(uint32_t part)
{
    for (uint32_t i = 0; i < 32; i++)
    {
        (void)((volatile uint32_t *)(part - 0x20))[i];
    }
}

static void provoke(void (*call)(uint32_t, uint32_t *, uint32_t), uint32_t part, uint32_t mode)
{
    fill(part);
    load_registers(0x91A2B3C4u + part + mode);
    set_mpu(MPU_ON | MPU_PRIVILEGED_DEFAULT);
    call(STACK_WITH(part), spare_frame, mode);
    set_mpu(0);
    look(part);
    SCB_CFSR = 0xFFFFFFFFu;
}

static void provoke_lazily(void)
{
    provoke(call_plain, PLAIN, 0);
    provoke(call_floating, PLAIN, 0);
    provoke(call_floating, PLAIN, USER);
    provoke(call_plain, DENIED, 0);
    provoke(call_floating, DENIED, 0);
    provoke(call_floating, PRIVILEGED, 0);
    provoke(call_plain, PRIVILEGED, USER);
    provoke(call_floating, PRIVILEGED, USER);
}

/* The MPU does not count at a negative priority, unless it is told to: for what is accessed there, and for frames of it. */
static void provoke_at_negative_priority(void)
{
    for (uint32_t more = 0; more <= MPU_AT_NEGATIVE_PRIORITY; more += MPU_AT_NEGATIVE_PRIORITY)
    {
        uint32_t place = more != 0 ? PLAIN : DENIED;
        load_registers(0x3F800001u + more);
        set_mpu(MPU_ON | MPU_PRIVILEGED_DEFAULT | more);
        __asm__ volatile("cpsid f\n isb\n"
                         "ldr r1, [%0]\n"
                         "str r1, [%0, #4]\n"
                         "ldmia %0, {r1-r3}\n"
                         "ldrt r1, [%1]\n"
                         "mrs r12, control\n"
                         "mov r2, #6\n"
                         "msr psp, %2\n"
                         "msr control, r2\n isb\n"
                         "str %4, [%3]\n" /* NMI */
                         "dsb\n isb\n"
                         "msr control, r12\n isb\n"
                         "cpsie f\n isb\n" ::"r"(place), "r"(more != 0 ? PLAIN : PRIVILEGED), "r"(STACK_WITH(place)),
                         "r"(&ICSR), "r"(ICSR_NMI)
                         : "r1", "r2", "r3", "r12", "memory");
        set_mpu(0);
        look(place);
    }
}

/* What keeps them from running holds on behind an MSR or a CPS. */
static void provoke_without_unit(void)
{
    CPACR &= ~CPACR_FPU;
    __asm__ volatile("dsb\n isb\n"
                     "vmov r1, s0\n"
                     "msr basepri, %0\n"
                     "vmov r1, s1\n"
                     "cpsie i\n"
                     "vadd.f32 s0, s1, s2\n"
                     "msr primask, %0\n"
                     "vldr s0, [%1]\n" ::"r"(0), "r"(spare_frame)
                     : "r1", "memory");
    CPACR |= CPACR_FPU;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
}

void float_frames_run(void)
{
    set_region(6, DENIED, 0);
    set_region(7, PRIVILEGED, 1);
    for (uint32_t enabled = 0; enabled < 4; enabled++)
    {
        enable_faults(enabled);
        for (uint32_t priority = 0x40; priority <= 0x40; priority -= 0x40)
        {
            /* With 0 no fault but a HardFault can be taken in the handler: it comes behind it, and the frame is lost. */
            SCB_PRIORITY[EXCEPTION_SVC] = priority;
            if (priority != 0 || (enabled & 1) == 0)
            {
                provoke_lazily();
            }
            else
            {
                provoke(call_floating, PLAIN, 0);
                provoke(call_floating, DENIED, RECOVER);
                provoke(call_floating, PRIVILEGED, RECOVER | USER);
            }
        }
    }

    SCB_PRIORITY[EXCEPTION_SVC] = 0x40;
    provoke_at_negative_priority();
    FPCCR &= ~FPCCR_LAZY;
    for (uint32_t enabled = 0; enabled < 4; enabled++)
    {
        enable_faults(enabled);
        provoke(call_plain, PLAIN, 0);
        provoke(call_floating, PLAIN, USER);
        provoke(call_plain, DENIED, RECOVER);
        provoke(call_floating, PRIVILEGED, RECOVER | USER);
    }

    FPCCR |= FPCCR_LAZY;
    provoke_without_unit();
    SCB_PRIORITY[EXCEPTION_SVC] = 0;
    enable_faults(3);
    __asm__ volatile("msr control, %0\n isb\n" ::"r"(0) : "memory");
}

#endif
