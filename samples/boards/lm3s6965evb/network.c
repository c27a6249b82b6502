/* The station of samples/network on the controller of the LM3S6965 (data sheet, chapter 15). */
#include "board.h"
#include "../../network/main.c"

#define MAC 0x40048000
#define MAC_RIS REGISTER(MAC + 0x00)
#define MAC_IM REGISTER(MAC + 0x04)
#define MAC_RCTL REGISTER(MAC + 0x08)
#define MAC_TCTL REGISTER(MAC + 0x0C)
#define MAC_DATA REGISTER(MAC + 0x10)
#define MAC_IA0 REGISTER(MAC + 0x14)
#define MAC_IA1 REGISTER(MAC + 0x18)
#define MAC_NP REGISTER(MAC + 0x34)
#define MAC_TR REGISTER(MAC + 0x38)
#define SYSCTL_RCGC2 REGISTER(0x400FE108)
#define CLOCKS (1u << 28 | 1u << 30)
#define RECEIVED 1u
#define TRANSMIT_PAD_AND_CRC 7u
#define MAC_IRQ 42

#define VTOR REGISTER(0xE000ED08)
#define VECTORS (16 + INTERRUPTS)

uint8_t ethernet_address[6];
static __attribute__((aligned(512))) uint32_t vectors[VECTORS];

/* Leaves the frame to the main program: the interrupt stays off until that has looked. */
static void mac_handler(void)
{
    MAC_IM = 0;
    MAC_RIS = RECEIVED;
}

void ethernet_open(void)
{
    SYSCTL_RCGC2 |= CLOCKS;
    uint32_t low = MAC_IA0;
    uint32_t high = MAC_IA1;
    for (uint32_t i = 0; i < 6; i++)
    {
        ethernet_address[i] = (uint8_t)(i < 4 ? low >> (8 * i) : high >> (8 * (i - 4)));
    }

    MAC_TCTL = TRANSMIT_PAD_AND_CRC;
    MAC_RCTL = 1;
    MAC_IM = RECEIVED;
    for (uint32_t i = 0; i < VECTORS; i++)
    {
        vectors[i] = ((const volatile uint32_t *)0)[i];
    }

    vectors[16 + MAC_IRQ] = (uint32_t)mac_handler;
    VTOR = (uint32_t)vectors;
    enable_interrupt(MAC_IRQ);
}

uint32_t ethernet_receive(uint8_t *to)
{
    disable_interrupts();
    while (MAC_NP == 0)
    {
        /* Looking and falling asleep are one step: what comes in between wakes. */
        MAC_IM = RECEIVED;
        wait_for_interrupt();
        enable_interrupts();
        disable_interrupts();
    }

    enable_interrupts();
    uint32_t word = MAC_DATA;
    uint32_t length = word & 0xFFFF; /* with itself and the check sequence */
    for (uint32_t i = 2; i < length; i++)
    {
        word = i % 4 == 0 ? MAC_DATA : word;
        if (i - 2 < MAXIMUM_FRAME)
        {
            to[i - 2] = (uint8_t)(word >> (8 * (i % 4)));
        }
    }

    return length < 6 ? 0 : length - 6;
}

void ethernet_send(const uint8_t *from, uint32_t length)
{
    uint32_t word = length - 14;
    for (uint32_t i = 2; i < length + 2; i++)
    {
        word |= (uint32_t)from[i - 2] << (8 * (i % 4));
        if (i % 4 == 3)
        {
            MAC_DATA = word;
            word = 0;
        }
    }

    if ((length + 2) % 4 != 0)
    {
        MAC_DATA = word;
    }

    MAC_TR = 1;
}
