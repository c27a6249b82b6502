#include "ethernet.h"
#include "board.h"

#ifndef ETHERNET
#define ETHERNET 0x40200000u
#endif

#define REGISTER(offset) (*(volatile uint32_t *)(ETHERNET + (offset)))
#define RX_DATA REGISTER(0x00)
#define TX_DATA REGISTER(0x20)
#define RX_STATUS REGISTER(0x40)
#define TX_STATUS REGISTER(0x48)
#define IRQ_CFG REGISTER(0x54)
#define INT_STS REGISTER(0x58)
#define INT_EN REGISTER(0x5C)
#define BYTE_TEST REGISTER(0x64)
#define FIFO_INT REGISTER(0x68)
#define TX_CFG REGISTER(0x70)
#define HW_CFG REGISTER(0x74)
#define RX_FIFO_INF REGISTER(0x7C)
#define TX_FIFO_INF REGISTER(0x80)
#define MAC_CSR_CMD REGISTER(0xA4)
#define MAC_CSR_DATA REGISTER(0xA8)

#define IRQ_ENABLE_ACTIVE_HIGH 0x111u
#define RSFL_INT 8u
#define SOFT_RESET 1u
#define TX_ON 2u
#define MAC_CR 1u
#define ADDRH 2u
#define ADDRL 3u
#define RX_TX_ENABLE 0xCu
#define BUSY 0x80000000u
#define READ 0x40000000u
#define ERROR_STATUS 0x8000u
#define FIRST_AND_LAST 0x3000u

#define IRQ_ETHERNET 13
#define SCB_VTOR (*(volatile uint32_t *)0xE000ED08)
#define VECTORS (16 + 32)

uint8_t ethernet_address[6];
static volatile uint32_t frames_waiting;
static __attribute__((aligned(256))) uint32_t vectors[VECTORS];

/* Leaves the frame to the main program: the interrupt stays off until that has looked. */
static void ethernet_handler(void)
{
    INT_EN = 0;
    INT_STS = RSFL_INT;
    frames_waiting = 1;
}

static uint32_t mac_read(uint32_t index)
{
    MAC_CSR_CMD = BUSY | READ | index;
    while (MAC_CSR_CMD & BUSY)
    {
    }

    return MAC_CSR_DATA;
}

static void mac_write(uint32_t index, uint32_t value)
{
    MAC_CSR_DATA = value;
    MAC_CSR_CMD = BUSY | index;
    while (MAC_CSR_CMD & BUSY)
    {
    }
}

void ethernet_open(void)
{
    const uint32_t *flash = 0;
    for (uint32_t i = 0; i < VECTORS; i++)
    {
        vectors[i] = flash[i];
    }

    vectors[16 + IRQ_ETHERNET] = (uint32_t)ethernet_handler;
    SCB_VTOR = (uint32_t)vectors;

    HW_CFG = SOFT_RESET;
    while ((HW_CFG & SOFT_RESET) || BYTE_TEST != 0x87654321)
    {
    }

    uint32_t low = mac_read(ADDRL);
    uint32_t high = mac_read(ADDRH);
    for (uint32_t i = 0; i < 6; i++)
    {
        ethernet_address[i] = (uint8_t)(i < 4 ? low >> (8 * i) : high >> (8 * (i - 4)));
    }

    IRQ_CFG = IRQ_ENABLE_ACTIVE_HIGH;
    FIFO_INT = 0;
    INT_STS = 0xFFFFFFFF;
    INT_EN = RSFL_INT;
    TX_CFG = TX_ON;
    mac_write(MAC_CR, RX_TX_ENABLE);
    NVIC_ICPR = 1u << IRQ_ETHERNET;
    enable_interrupt((enum interrupt)IRQ_ETHERNET, 0x40);
}

uint32_t ethernet_receive(uint8_t *frame)
{
    disable_interrupts();
    while (((RX_FIFO_INF >> 16) & 0xFF) == 0)
    {
        /* Looking and falling asleep are one step: what comes in between wakes. */
        INT_EN = RSFL_INT;
        wait_for_interrupt();
        enable_interrupts();
        disable_interrupts();
    }

    enable_interrupts();
    uint32_t status = RX_STATUS;
    uint32_t length = (status >> 16) & 0x3FFF;
    for (uint32_t i = 0; i < length; i += 4)
    {
        uint32_t word = RX_DATA;
        for (uint32_t lane = 0; lane < 4 && i + lane < MAXIMUM_FRAME; lane++)
        {
            frame[i + lane] = (uint8_t)(word >> (8 * lane));
        }
    }

    return (status & ERROR_STATUS) || length < 4 ? 0 : length - 4;
}

void ethernet_send(const uint8_t *frame, uint32_t length)
{
    while ((TX_FIFO_INF & 0xFFFF) < length + 8)
    {
    }

    TX_DATA = FIRST_AND_LAST | length;
    TX_DATA = (length << 16) | length;
    for (uint32_t i = 0; i < length; i += 4)
    {
        uint32_t word = 0;
        for (uint32_t lane = 0; lane < 4 && i + lane < length; lane++)
        {
            word |= (uint32_t)frame[i + lane] << (8 * lane);
        }

        TX_DATA = word;
    }

    while (((TX_FIFO_INF >> 16) & 0xFF) > 0)
    {
        (void)TX_STATUS;
    }
}
