// What a processor makes of operands that are not aligned while RFLAGS.AC is set: run natively on x86-64 Linux, which sets CR0.AM,
// it writes alignment.txt.
//   cc -O1 -o alignment alignment.c && ./alignment > alignment.txt
// Each line: the code, how far its operand is from an aligned address, and the exception that came: 17 (SIGBUS), 13 (SIGSEGV), or 0.
// rsi, rdi and rbx point to the operand, ecx is 1, edx is 0.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <ucontext.h>

static volatile int raised;
static uint64_t end;
static unsigned char data[4096] __attribute__((aligned(4096)));

static void note(int number, siginfo_t *info, void *context)
{
    __asm__ volatile("pushfq; andl $~0x40000, (%rsp); popfq");
    ucontext_t *registers = context;
    raised = number == SIGBUS ? 17 : 13;
    registers->uc_mcontext.gregs[REG_RIP] = end;
    registers->uc_mcontext.gregs[REG_EFL] &= ~0x40000;
}

#define TRY(offset, code)                                                                                             \
    do                                                                                                                \
    {                                                                                                                 \
        raised = 0;                                                                                                   \
        unsigned char *begin;                                                                                         \
        __asm__ volatile("leaq 9f(%%rip), %%rax; movq %%rax, %0; leaq 8f(%%rip), %%rax; movq %%rax, %1;"              \
                         "movq %2, %%rsi; movq %2, %%rdi; movq %2, %%rbx; movl $1, %%ecx; xorl %%edx, %%edx;"         \
                         "movq %%rsp, %%r15; movq %%rbp, %%r14; pushfq; orl $0x40000, (%%rsp); popfq;"                \
                         "8: " code "; 9: movq %%r15, %%rsp; movq %%r14, %%rbp;"                                      \
                         "pushfq; andl $~0x40000, (%%rsp); popfq; cld"                                                \
                         : "=m"(end), "=m"(begin)                                                                     \
                         : "r"(data + 1024 + (offset))                                                                \
                         : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r14", "r15", "memory", "xmm0", "cc");      \
        for (const unsigned char *at = begin; at < (unsigned char *)end; at++)                                        \
        {                                                                                                             \
            printf("%02X", *at);                                                                                      \
        }                                                                                                             \
        printf(" %d %d\n", offset, raised);                                                                           \
    } while (0)

#define TRY_ALL(code)   \
    do                  \
    {                   \
        TRY(0, code);   \
        TRY(1, code);   \
        TRY(2, code);   \
        TRY(4, code);   \
        TRY(8, code);   \
        TRY(12, code);  \
    } while (0)

int main(void)
{
    static char stack[65536];
    sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, 0);
    struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    sigaction(SIGBUS, &action, 0);
    sigaction(SIGSEGV, &action, 0);

    TRY_ALL("movb (%%rsi), %%al");
    TRY_ALL("movw (%%rsi), %%ax");
    TRY_ALL("movl (%%rsi), %%eax");
    TRY_ALL("movq (%%rsi), %%rax");
    TRY_ALL("movw %%ax, (%%rsi)");
    TRY_ALL("movl %%eax, (%%rsi)");
    TRY_ALL("movq %%rax, (%%rsi)");
    TRY_ALL("movzwl (%%rsi), %%eax");
    TRY_ALL("movw %%ds, (%%rsi)");
    TRY_ALL("addl $1, (%%rsi)");
    TRY_ALL("lock incl (%%rsi)");
    TRY_ALL("lock xaddl %%eax, (%%rsi)");
    TRY_ALL("cmpxchg8b (%%rsi)");
    TRY_ALL("movnti %%eax, (%%rsi)");
    TRY_ALL("btl %%ecx, (%%rsi)");
    TRY_ALL("btw %%cx, (%%rsi)");
    TRY_ALL("btq $3, (%%rsi)");
    TRY_ALL("lsl (%%rsi), %%eax");
    TRY_ALL("verr (%%rsi)");

    TRY_ALL("lodsl");
    TRY_ALL("movsl");
    TRY_ALL("cmpsw");
    TRY_ALL("rep movsb");
    TRY_ALL("rep movsl");
    TRY_ALL("rep stosl");
    TRY_ALL("rep movsq");

    TRY_ALL("movq %%rsi, %%rsp; pushq %%rax");
    TRY_ALL("movq %%rsi, %%rsp; popq %%rax");
    TRY_ALL("movq %%rsi, %%rsp; pushw %%ax");
    TRY_ALL("movq %%rsi, %%rsp; pushq $1");
    TRY_ALL("movq %%rsi, %%rsp; pushq %%fs");
    TRY_ALL("movq %%rsi, %%rsp; pushq (%%rdi)");
    TRY_ALL("movq %%rsi, %%rsp; pushfq");
    TRY_ALL("movq %%rsi, %%rsp; call 9f");
    TRY_ALL("movq %%rsi, %%rsp; enter $16, $0");
    TRY_ALL("movq %%rsi, %%rbp; leave");

    TRY_ALL("flds (%%rsi); fstp %%st");
    TRY_ALL("fldl (%%rsi); fstp %%st");
    TRY_ALL("fldt (%%rsi); fstp %%st");
    TRY_ALL("filds (%%rsi); fstp %%st");
    TRY_ALL("fildl (%%rsi); fstp %%st");
    TRY_ALL("fildll (%%rsi); fstp %%st");
    TRY_ALL("fbld (%%rsi); fstp %%st");
    TRY_ALL("fnstcw (%%rsi)");
    TRY_ALL("fnstsw (%%rsi)");
    TRY_ALL("fnstenv (%%rsi)");
    TRY_ALL("data16 fnstenv (%%rsi)");
    TRY_ALL("fnsave (%%rsi); fninit");
    TRY_ALL("stmxcsr (%%rsi)");

    TRY_ALL("movd (%%rsi), %%mm0; emms");
    TRY_ALL("movq (%%rsi), %%mm0; emms");
    TRY_ALL("punpcklbw (%%rsi), %%mm0; emms");
    TRY_ALL("movntq %%mm0, (%%rsi); emms");
    TRY_ALL("maskmovq %%mm0, %%mm1; emms");

    TRY_ALL("movss (%%rsi), %%xmm0");
    TRY_ALL("movsd (%%rsi), %%xmm0");
    TRY_ALL("movq (%%rsi), %%xmm0");
    TRY_ALL("movhps (%%rsi), %%xmm0");
    TRY_ALL("cvtps2pd (%%rsi), %%xmm0");
    TRY_ALL("cvtdq2pd (%%rsi), %%xmm0");
    TRY_ALL("cvtpi2ps (%%rsi), %%xmm0");
    TRY_ALL("pinsrw $1, (%%rsi), %%xmm0");
    TRY_ALL("movups (%%rsi), %%xmm0");
    TRY_ALL("movups %%xmm0, (%%rsi)");
    TRY_ALL("movdqu (%%rsi), %%xmm0");
    TRY_ALL("movdqu %%xmm0, (%%rsi)");
    TRY_ALL("lddqu (%%rsi), %%xmm0");
    TRY_ALL("maskmovdqu %%xmm0, %%xmm0");
    TRY_ALL("movaps (%%rsi), %%xmm0");
    TRY_ALL("movntdq %%xmm0, (%%rsi)");
    TRY_ALL("punpcklbw (%%rsi), %%xmm0");

    TRY_ALL("prefetcht0 (%%rsi)");
    TRY_ALL("leaq (%%rsi), %%rax");
    TRY_ALL("nopl (%%rsi)");
    TRY_ALL("clflush (%%rsi)");
    TRY_ALL("xlat");
    return 0;
}
