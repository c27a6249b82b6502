/* Uses the host through newlib's semihosting library: console, command line, time, a file, and an exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Newer than any build of this sample could run: 2024-01-01. */
#define LONG_AGO 1704067200

static void fail(const char *what)
{
    fprintf(stderr, "failed: %s\n", what);
    exit(1);
}

/* Writes lines, reads the middle one back, and removes the file. */
static void use_file(const char *name)
{
    FILE *file = fopen(name, "w+");
    if (!file)
    {
        fail("open");
    }

    for (int i = 1; i <= 3; i++)
    {
        fprintf(file, "line %d of notes\n", i);
    }

    char line[32];
    if (fseek(file, 16, SEEK_SET) != 0 || !fgets(line, sizeof line, file))
    {
        fail("read back");
    }

    line[strcspn(line, "\n")] = 0;
    fseek(file, 0, SEEK_END);
    printf("read '%s' from %ld bytes\n", line, ftell(file));
    if (fclose(file) != 0 || remove(name) != 0 || fopen(name, "r"))
    {
        fail("remove");
    }
}

int main(int argc, char **argv)
{
    printf("hello, %s\n", argc > 1 ? argv[1] : "whoever");
    printf("the time is %s\n", time(NULL) > LONG_AGO ? "known" : "not known");
    use_file("notes.txt");
    printf("nobody: %s\n", fopen("nobody.txt", "r") ? "there" : "not there");
    return 3;
}
