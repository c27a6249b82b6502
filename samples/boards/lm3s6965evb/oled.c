/*
 * A ball in a box on the OLED: a step each millisecond, and another way while a button is held down. The status LED
 * changes where the ball hits the frame. Data sheets: LM3S6965, chapters 9 and 12; SSD0323, chapter 10.
 */
#include "board.h"
#include "console.h"

#define SYSCTL_RCGC1 REGISTER(0x400FE104)
#define SYSCTL_RCGC2 REGISTER(0x400FE108)
#define PORT_A 0x40004000
#define PORT_C 0x40006000
#define PORT_D 0x40007000
#define PORT_E 0x40024000
#define PORT_F 0x40025000
#define PINS(port, mask) REGISTER((port) + ((mask) << 2))
#define DIR(port) REGISTER((port) + 0x400)
#define AFSEL(port) REGISTER((port) + 0x420)
#define PUR(port) REGISTER((port) + 0x510)
#define DEN(port) REGISTER((port) + 0x51C)
#define DATA_PIN 0x80u   /* of port C: high for pixels, low for commands */
#define SELECT_PIN 0x01u /* of port D: QEMU has the OLED's chip select there, active high */
#define LED_PIN 0x01u    /* of port F */
#define BUTTONS 0x0Fu    /* of port E, active low: up, down, left, right */

#define SSI 0x40008000
#define SSI_CR0 REGISTER(SSI + 0x00)
#define SSI_CR1 REGISTER(SSI + 0x04)
#define SSI_DR REGISTER(SSI + 0x08)
#define SSI_SR REGISTER(SSI + 0x0C)
#define SSI_CPSR REGISTER(SSI + 0x10)
#define TX_NOT_FULL 2u
#define RX_NOT_EMPTY 4u

#define WIDTH 128
#define HEIGHT 64
#define BALL 6
#define STEPS 200

static volatile uint32_t ticks;
static uint8_t picture[HEIGHT][WIDTH / 2];

void timer_handler(void)
{
    timer_acknowledge();
    ticks++;
}

static void send(uint8_t value)
{
    while ((SSI_SR & TX_NOT_FULL) == 0)
    {
    }

    SSI_DR = value;
    while ((SSI_SR & RX_NOT_EMPTY) == 0)
    {
    }

    (void)SSI_DR;
}

static void command(const uint8_t *bytes, uint32_t count)
{
    PINS(PORT_C, DATA_PIN) = 0;
    while (count-- > 0)
    {
        send(*bytes++);
    }
}

static void open_oled(void)
{
    static const uint8_t setup[] = {
        0xAE,       /* off */
        0x81, 0x2F, /* contrast */
        0xA0, 0x50, /* rows as they lie */
        0xAF,       /* on */
    };
    SYSCTL_RCGC1 |= 1u << 4;
    SYSCTL_RCGC2 |= 0x3Du; /* ports A, C, D, E, F */
    AFSEL(PORT_A) |= 0x2C;
    DEN(PORT_A) |= 0x2C;
    DIR(PORT_C) |= DATA_PIN;
    DEN(PORT_C) |= DATA_PIN;
    DIR(PORT_D) |= SELECT_PIN;
    DEN(PORT_D) |= SELECT_PIN;
    PINS(PORT_D, SELECT_PIN) = SELECT_PIN;
    DIR(PORT_F) |= LED_PIN;
    DEN(PORT_F) |= LED_PIN;
    PUR(PORT_E) |= BUTTONS;
    DEN(PORT_E) |= BUTTONS;
    SSI_CR1 = 0;
    SSI_CPSR = 12;
    SSI_CR0 = 7; /* words of 8 bits */
    SSI_CR1 = 2;
    command(setup, sizeof setup);
}

/* Sends a part of the picture; columns are of two pixels. */
static void show(uint8_t column, uint8_t row, uint8_t columns, uint8_t rows)
{
    const uint8_t window[] = {
        0x15, column, column + columns - 1,
        0x75, row, row + rows - 1,
    };
    command(window, sizeof window);
    PINS(PORT_C, DATA_PIN) = DATA_PIN;
    for (uint32_t y = row; y < row + rows; y++)
    {
        for (uint32_t x = column; x < column + columns; x++)
        {
            send(picture[y][x]);
        }
    }
}

static void put(uint32_t x, uint32_t y, uint8_t grey)
{
    uint8_t *pair = &picture[y][x / 2];
    *pair = x % 2 == 0 ? (*pair & 0x0F) | grey << 4 : (*pair & 0xF0) | grey;
}

/* A frame, and sixteen bars from black to white. */
static uint8_t background(uint32_t x, uint32_t y)
{
    bool frame = x == 0 || y == 0 || x == WIDTH - 1 || y == HEIGHT - 1;
    return frame ? 15 : y >= HEIGHT - 12 ? (uint8_t)(x / 8) : 0;
}

static void draw_background(void)
{
    for (uint32_t y = 0; y < HEIGHT; y++)
    {
        for (uint32_t x = 0; x < WIDTH; x++)
        {
            put(x, y, background(x, y));
        }
    }

    show(0, 0, WIDTH / 2, HEIGHT);
}

static void draw_ball(uint32_t ball_x, uint32_t ball_y, bool visible)
{
    for (uint32_t y = ball_y; y < ball_y + BALL; y++)
    {
        for (uint32_t x = ball_x; x < ball_x + BALL; x++)
        {
            put(x, y, visible ? 15 : background(x, y));
        }
    }

    show((uint8_t)(ball_x / 2), (uint8_t)ball_y, BALL / 2 + ball_x % 2, BALL);
}

/* One step, and back from the frame. */
static bool move(int32_t *place, int32_t *speed, int32_t end)
{
    *place += *speed;
    if (*place >= 1 && *place <= end - 1 - BALL)
    {
        return false;
    }

    *speed = -*speed;
    *place += 2 * *speed;
    return true;
}

int main(void)
{
    int32_t x = 20, y = 9, speed_x = 2, speed_y = 1;
    uint32_t hits = 0;
    console_open();
    open_oled();
    timer_start();
    enable_interrupt(TIMER_IRQ);
    draw_background();
    for (uint32_t step = 1; step <= STEPS; step++)
    {
        uint32_t before = ticks;
        draw_ball((uint32_t)x, (uint32_t)y, true);
        disable_interrupts();
        while (ticks == before)
        {
            wait_for_interrupt();
            enable_interrupts();
            disable_interrupts();
        }

        enable_interrupts();
        draw_ball((uint32_t)x, (uint32_t)y, false);
        uint32_t held = ~PINS(PORT_E, BUTTONS) & BUTTONS;
        speed_y = held == 1 ? -1 : held == 2 ? 1 : speed_y;
        speed_x = held == 4 ? -2 : held == 8 ? 2 : speed_x;
        if (move(&x, &speed_x, WIDTH) | move(&y, &speed_y, HEIGHT))
        {
            hits++;
            PINS(PORT_F, LED_PIN) = hits % 2;
            print("step ");
            print_unsigned(step);
            print(": hit ");
            print_unsigned(hits);
            print("\n");
        }
    }

    draw_ball((uint32_t)x, (uint32_t)y, true);
    timer_stop();
    print("done\n");
    return 0;
}
