/* A USART of the STM32F1, F2 and F4, and timer 2 of the latter two (RM0041, RM0033, RM0090). */
#include "board.h"

#define USART_SR REGISTER(USART + 0x00)
#define USART_DR REGISTER(USART + 0x04)
#define USART_BRR REGISTER(USART + 0x08)
#define USART_CR1 REGISTER(USART + 0x0C)
#define RXNE (1u << 5)
#define TXE (1u << 7)
#define UE (1u << 13)
#define TE (1u << 3)
#define RE (1u << 2)
#define RXNEIE (1u << 5)

void serial_open(void)
{
    USART_BRR = CLOCK_HZ / 115200;
    USART_CR1 = UE | TE;
}

void serial_put(char c)
{
    while ((USART_SR & TXE) == 0)
    {
    }

    USART_DR = (uint8_t)c;
}

void serial_listen(void)
{
    USART_CR1 = UE | TE | RE | RXNEIE;
}

bool serial_take(char *c)
{
    if ((USART_SR & RXNE) == 0)
    {
        return false;
    }

    *c = (char)USART_DR;
    return true;
}

#ifdef TIMER_IRQ
#define TIM2 0x40000000
#define TIM_CR1 REGISTER(TIM2 + 0x00)
#define TIM_DIER REGISTER(TIM2 + 0x0C)
#define TIM_SR REGISTER(TIM2 + 0x10)
#define TIM_EGR REGISTER(TIM2 + 0x14)
#define TIM_PSC REGISTER(TIM2 + 0x28)
#define TIM_ARR REGISTER(TIM2 + 0x2C)

void timer_start(void)
{
    TIM_PSC = 999;
    TIM_ARR = TIMER_HZ / 1000 / 1000 - 1;
    TIM_EGR = 1;
    TIM_SR = 0;
    TIM_DIER = 1;
    TIM_CR1 = 1;
}

void timer_acknowledge(void)
{
    TIM_SR = 0;
}

void timer_stop(void)
{
    TIM_CR1 = 0;
}
#endif
