/* Faults, service calls and pended interrupts, in IT blocks and in the middle of instructions that access twice. */
#include "groups.h"
#include "board.h"

#define HOLE 0x24000000u /* nothing is there on the board */
#define PLAIN_EDGE 0x203403FCu
#define EXECUTE_NEVER 0xA8000000u

#define FPCCR (*(volatile uint32_t *)0xE000EF34)
#define FPCCR_LAZY (1u << 30)

extern volatile uint32_t resume_address;

static void enable_faults(uint32_t wanted)
{
    SCB_SHCSR = (SCB_SHCSR & ~(7u << 16)) | wanted << 16;
}

static void provoke_in_blocks(void)
{
    __asm__ volatile("movs r0, #0\n"
                     "itttt eq\n udfeq #1\n addeq r0, #1\n addeq r0, #2\n addeq r0, #4\n"
                     "movs r0, #0\n"
                     "itete eq\n addeq r0, #1\n udfne #2\n addeq r0, #2\n addne r0, #4\n"
                     "cmp r0, r0\n"
                     "ittt eq\n svceq #7\n addeq r0, #1\n svceq #2\n"
                     "cmp r0, r0\n"
                     "itet ne\n svcne #7\n addeq r0, #1\n svcne #9\n"
                     "cmp r0, r0\n"
                     "ittt eq\n ldreq r1, [%0]\n addeq r0, #1\n streq r0, [%0, #4]\n"
                     "cmp r0, r0\n"
                     "ittt ne\n ldrne r1, [%0]\n ldrne r1, [%0, #8]\n strne r0, [%0, #4]\n"
                     :
                     : "r"(HOLE)
                     : "r0", "r1", "cc", "memory");
}

/* Two words are there, the next are not: what was loaded or stored stays, and the base is as it was. */
static void provoke_in_multiples(void)
{
    __asm__ volatile("mov r0, %0\n"
                     "subs r0, #8\n"
                     "ldmia r0!, {r1-r4}\n"
                     "ldmia r0, {r1-r4}\n"
                     "stmia r0!, {r1-r4}\n"
                     "adds r0, #8\n"
                     "ldmdb r0!, {r1-r4}\n"
                     "ldmdb r0, {r0-r3}\n"
                     "mov r0, %0\n"
                     "subs r0, #4\n"
                     "ldrd r1, r2, [r0]\n"
                     "ldrd r1, r2, [r0, #4]!\n"
                     "strd r1, r2, [r0], #4\n"
                     "str r1, [r0, #4]!\n"
                     "ldr r1, [r0], #4\n"
                     "ldrb r1, [%0]\n"
                     "strh r1, [%0, #2]\n"
                     "ldrex r1, [%0]\n"
                     :
                     : "r"(HOLE)
                     : "r0", "r1", "r2", "r3", "r4", "cc", "memory");
}

/* Those whose second or last word is not there: the base is as it was, written back or not. */
static void provoke_at_edge(void)
{
    __asm__ volatile("subs r0, %0, #8\n"
                     "ldmia.w r0, {r1, r2, r3, pc}\n"
                     "ldmia.w r0!, {r1, r2, lr}\n"
                     "stmia.w r0!, {r1, r2, r3}\n"
                     "ldrex r1, [r0]\n"
                     "strex r2, r1, [%0]\n"
                     "adds r0, #4\n"
                     "ldrd r1, r0, [r0]\n"
                     "ldrd r1, r2, [r0], #8\n"
                     "strd r1, r2, [r0]\n"
                     "strd r1, r2, [r0, #0]!\n"
                     "strd r1, r2, [r0], #-8\n"
                     "cmp r0, r0\n"
                     "ittt eq\n ldrdeq r1, r0, [r0]\n strdeq r1, r2, [r0], #4\n ldmeq r0, {r0, r1}\n"
                     "mov r0, %0\n"
                     "movs r1, #0\n"
                     "tbb [r0, r1]\n"
                     "tbh [r0, r1, lsl #1]\n"
                     :
                     : "r"(HOLE)
                     : "r0", "r1", "r2", "r3", "lr", "cc", "memory");
}

#ifdef __ARM_FP
static void provoke_floats_at_edge(void)
{
    __asm__ volatile("subs r0, %0, #4\n"
                     "vldmia r0!, {s0-s3}\n"
                     "vstmia r0!, {s0-s3}\n"
                     "vldr s0, [r0, #4]\n"
                     "vstr s0, [r0, #4]\n"
                     "adds r0, #16\n"
                     "vldmdb r0!, {s0-s3}\n"
                     /* Doubles over the edge of a page of 1 KiB, at no multiple of 8, are aligned as well as any. */
                     "mov r0, %1\n"
                     "vmov s0, s1, r0, r0\n"
                     "vmov s2, s3, r0, %0\n"
                     "vstr d0, [r0]\n"
                     "vldr d2, [r0]\n"
                     "vstmia r0!, {d0-d2}\n"
                     "vldmdb r0!, {d3-d4}\n"
                     "sub r0, #16\n"
                     "vstmia r0, {d0-d3}\n"
                     "cmp r0, r0\n"
                     "itt eq\n vstmiaeq r0!, {d1-d3}\n vldmdbeq r0!, {d4-d6}\n"
                     :
                     : "r"(HOLE), "r"(PLAIN_EDGE)
                     : "r0", "cc", "memory");
}
#endif

static void branch_to(uint32_t target)
{
    __asm__ volatile("adr r1, 1f\n"
                     "str r1, [%1]\n"
                     "blx %0\n"
                     ".align 2\n"
                     "1: nop\n"
                     :
                     : "r"(target), "r"(&resume_address)
                     : "r1", "lr", "cc", "memory");
}

static void provoke_undefined(void)
{
    __asm__ volatile("udf #0\n"
                     "udf.w #0\n"
                     "mcr p4, 0, r0, c0, c0, 0\n"
                     "mrc p7, 0, r1, c0, c0, 0\n"
                     "cdp p3, 0, c0, c0, c0, 0\n" ::
                         : "r1", "memory");
    branch_to(HOLE | 1);
    branch_to(HOLE);
    branch_to((uint32_t)provoke_in_blocks & ~3u);
    branch_to(EXECUTE_NEVER | 1);
    branch_to(0x40000001);
}

static void provoke_all(void)
{
    provoke_in_blocks();
    provoke_in_multiples();
    provoke_at_edge();
    provoke_undefined();
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
                     "ldr r1, =0x20300004\n"
                     "msr psp, r1\n"
                     "movs r1, #2\n"
                     "msr control, r1\n"
                     "isb\n"
                     "blx r0\n"
                     "msr control, r4\n"
                     "isb\n"
                     "pop {r4, pc}\n"
                     ".ltorg\n");
}

/* The handlers skip an instruction but not its place in the IT block, which then goes on behind its end. */
#define BEHIND_BLOCK "nop\n nop\n nop\n nop\n"

static void provoke_traps(void)
{
    __asm__ volatile("movs r0, #0\n"
                     "movs r1, #7\n"
                     "udiv r2, r1, r0\n"
                     "sdiv r2, r1, r0\n"
                     "sdiv r2, r1, r1\n"
                     "cmp r0, r0\n"
                     "itet eq\n udiveq r2, r1, r0\n udivne r2, r1, r0\n sdiveq r2, r0, r1\n"
                     "cmp r0, r1\n"
                     "itet eq\n udiveq r2, r1, r0\n udivne r2, r1, r0\n sdiveq r2, r0, r1\n" BEHIND_BLOCK ::
                         : "r0", "r1", "r2", "cc", "memory");
}

static uint32_t words[8];

/* Exclusive loads must be aligned (QEMU lets a store that fails anyway be); single ones need be only with the trap set. */
static void provoke_unaligned(void)
{
    __asm__ volatile("adds r0, %0, #1\n"
                     "movs r3, #4\n"
                     "ldrex r1, [r0]\n"
                     "ldrexh r1, [r0]\n"
                     "ldrexb r1, [r0]\n"
                     "ldr r1, [r0]\n"
                     "ldr r1, [r0, r3]\n"
                     "ldr r1, [r0, #3]\n"
                     "ldr r1, [r0, #-1]\n"
                     "ldr r1, [r0, r3, lsl #2]\n"
                     "ldr r1, [r0, #4]!\n"
                     "ldr r1, [r0], #-4\n"
                     "ldrt r1, [r0, #1]\n"
                     "strh r1, [r0, #2]\n"
                     "strh r1, [r0, #1]\n"
                     "strh.w r1, [r0, #1]\n"
                     "strh r1, [r0, r3]\n"
                     "ldrb r1, [r0]\n"
                     "ldrsb r1, [r0, r3]\n"
                     "ldrsh r1, [r0, #1]\n"
                     "ldrsh r1, [r0, #2]\n"
                     "ldrsh r1, [r0, r3]\n"
                     "ldrh r1, [r0], #1\n"
                     "str r1, [r0], #-1\n"
                     "str r1, [r0, #-1]!\n"
                     "adds r0, %0, #2\n"
                     "str r1, [r0]\n"
                     "strh r1, [r0]\n"
                     "cmp r0, r0\n"
                     "itete eq\n streq r1, [r0]\n strne r1, [r0]\n ldrheq r1, [r0]\n ldrne r1, [r0]\n"
                     "itee ne\n ldrne r1, [r0, #1]\n ldreq r1, [r0, #2]\n ldreq r1, [r0, #1]\n"
                     "itt eq\n ldreq r1, [r0, r3]\n moveq r2, r1\n" BEHIND_BLOCK ::"r"(words)
                     : "r0", "r1", "r2", "r3", "cc", "memory");
}

/* Multiple and double accesses must be aligned, with the trap set or not. */
static void provoke_unaligned_multiples(void)
{
    __asm__ volatile("adds r0, %0, #1\n"
                     "ldmia r0!, {r1, r2}\n"
                     "stmia r0!, {r1, r2}\n"
                     "ldmdb r0, {r1, r2}\n"
                     "stmdb r0!, {r1, r2}\n"
                     "ldrd r1, r2, [r0]\n"
                     "strd r1, r2, [r0, #4]!\n"
                     "ldrd r1, r2, [r0], #-4\n"
                     "cmp r0, r0\n"
                     "itete eq\n ldmiaeq r0!, {r1, r2}\n stmiane r0!, {r1, r2}\n strdeq r1, r2, [r0]\n ldrdne r1, r2, [r0]\n"
                     BEHIND_BLOCK
#ifdef __ARM_FP
                     "vldr s0, [r0, #4]\n"
                     "vstr d1, [r0]\n"
                     "vldmia r0!, {s0-s3}\n"
                     "vstmdb r0!, {d0-d1}\n"
#endif
                     :
                     : "r"(words)
                     : "r0", "r1", "r2", "cc", "memory");
}

void exceptions_run(void)
{
    SCB_PRIORITY[EXCEPTION_SVC] = 0x40;
    SCB_PRIORITY[EXCEPTION_PEND_SV] = 0x80;
    for (uint32_t enabled = 0; enabled < 8; enabled++)
    {
        enable_faults(enabled);
        provoke_all();
    }

    with_odd_stack(provoke_all);
    with_process_stack(provoke_all);
    provoke_traps();
#ifdef __ARM_FP
    /* What a lazy frame leaves of the stack as it was is not the same everywhere. */
    FPCCR &= ~FPCCR_LAZY;
    provoke_floats_at_edge();
#endif
    provoke_unaligned_multiples();
    with_process_stack(provoke_unaligned_multiples);
    SCB_CCR |= CCR_DIV_0_TRP;
    provoke_traps();
    with_process_stack(provoke_traps);
    provoke_unaligned();
    SCB_CCR = (SCB_CCR & ~CCR_DIV_0_TRP) | CCR_UNALIGN_TRP;
    provoke_traps();
    provoke_unaligned();
    provoke_unaligned_multiples();
    with_process_stack(provoke_unaligned);
    provoke_all();
    SCB_CCR |= CCR_DIV_0_TRP;
    provoke_traps();
    provoke_unaligned();
    enable_faults(0);
    provoke_traps();
    provoke_unaligned();
#ifdef __ARM_FP
    FPCCR |= FPCCR_LAZY;
#endif
    enable_faults(3); /* FPCCR of QEMU says whether UsageFault could be taken, as ARMv8-M has it */
    SCB_CCR &= ~(CCR_UNALIGN_TRP | CCR_DIV_0_TRP);
    provoke_traps();
    provoke_unaligned();
}
