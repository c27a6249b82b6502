/*
 * Formulas are evaluated by recursion, on a stack of their own, while a timer counts. Below that stack lies a list of
 * callbacks. Most formulas nest a little, one nests too deep. Nothing happens then; much later a callback is called.
 */
#include "../pc.h"

enum
{
    SLOTS = 8,
    STACK_BYTES = 1024,
    ROUNDS = 400,
};

struct list
{
    unsigned calls;
    void (*callbacks[SLOTS])(unsigned round);
};

static volatile unsigned ticks;
static volatile unsigned round;
static unsigned depth_wanted;
static unsigned result;

/* In this order, so that a stack that grows too far down reaches the list. */
static struct
{
    struct list list;
    unsigned char stack[STACK_BYTES];
} evaluator __attribute__((aligned(16)));

static unsigned checksum;

static void count_round(unsigned number)
{
    checksum = checksum * 31 + number;
}

static void mix_ticks(unsigned number)
{
    checksum ^= number << 3;
}

/* A formula as it comes: ((((x+1)+2)+3)...), evaluated from inside. */
static unsigned evaluate(unsigned depth)
{
    volatile unsigned partial[8] = {depth, round, depth ^ round, 3, 5, 7, 11, 13};
    if (depth == 0)
        return partial[1];
    partial[3] += evaluate(depth - 1);
    return partial[0] + (partial[2] & 1) + partial[3];
}

static void evaluator_run(void)
{
    result += evaluate(depth_wanted);
}

static void list_run(void)
{
    struct list *list = &evaluator.list;
    unsigned slot = round % SLOTS;
    list->calls++;
    if (list->callbacks[slot])
        list->callbacks[slot](round);
}

void interrupted(struct frame *frame)
{
    if (frame->vector == 32)
    {
        ticks++;
        out8(PIC_MASTER, 0x20);
        return;
    }

    unsigned address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    print("exception ");
    print_number(frame->vector);
    print(" at ");
    print_hex(frame->eip);
    print(", error code ");
    print_number(frame->error_code);
    print(", cr2 ");
    print_hex(address);
    print(", in round ");
    print_number(round);
    print("\n");
    pc_exit(1);
}

void switch_stack(unsigned top, void (*function)(void));

int main(void)
{
    print("stacks: working\n");
    pc_start_paging();
    pc_start_interrupts(1000);
    evaluator.list.callbacks[0] = count_round;
    evaluator.list.callbacks[5] = mix_ticks;
    for (round = 1; round <= ROUNDS; round++)
    {
        /* Formula 211 nests too deep. */
        depth_wanted = round == 211 ? 13 : round % 7;
        switch_stack((unsigned)(evaluator.stack + STACK_BYTES), evaluator_run);
        if (round % 16 == 0)
        {
            unsigned until = ticks + 1;
            while (ticks < until)
                __asm__ volatile("hlt");
        }

        if (round % 8 == 0 || round > 300)
            list_run();
        if (round % 100 == 0)
        {
            print("round ");
            print_number(round);
            print(", result ");
            print_hex(result);
            print(", checksum ");
            print_hex(checksum);
            print("\n");
        }
    }

    print("done\n");
    pc_exit(0);
    return 0;
}
