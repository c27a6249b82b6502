/* Answers each line with itself, backwards and in capitals, until the line is "quit". */
#include "board.h"
#include "console.h"
#include "receiver.h"

#define LINE_LENGTH 80

static char line[LINE_LENGTH + 1];
static uint32_t line_count;

/* Sleeps until a character comes. Looking and falling asleep must be one step, or the interrupt slips between. */
static char wait_for_char(void)
{
    char c;
    disable_interrupts();
    while (!receiver_take(&c))
    {
        wait_for_interrupt();
        enable_interrupts();
        disable_interrupts();
    }

    enable_interrupts();
    return c;
}

/* What does not fit in the line is dropped. */
static uint32_t read_line(void)
{
    uint32_t length = 0;
    for (;;)
    {
        char c = wait_for_char();
        if (c == '\n' || c == '\r')
        {
            line[length] = '\0';
            return length;
        }

        if (length < LINE_LENGTH)
        {
            line[length++] = c;
        }
    }
}

static bool is_quit(void)
{
    const char *word = "quit";
    for (uint32_t i = 0; i <= 4; i++)
    {
        if (line[i] != word[i])
        {
            return false;
        }
    }

    return true;
}

static void answer(uint32_t length)
{
    line_count++;
    print_unsigned(line_count);
    print(": ");
    while (length-- > 0)
    {
        char c = line[length];
        print_char(c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }

    print("\n");
}

int main(void)
{
    console_open();
    receiver_start();
    print("echo: type lines, or quit\n");
    for (;;)
    {
        print("> ");
        uint32_t length = read_line();
        if (is_quit())
        {
            break;
        }

        answer(length);
    }

    print("bye\n");
    for (;;)
    {
        wait_for_interrupt();
    }
}
