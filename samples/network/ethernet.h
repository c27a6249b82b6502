/* The Ethernet controller of the MPS2 boards: SMSC LAN9118 data sheet. */
#pragma once

#include <stdint.h>

#define MAXIMUM_FRAME 1536u

extern uint8_t ethernet_address[6];

void ethernet_open(void);

/* Sleeps until a frame comes; its length, without the check sequence; 0 for a damaged one. */
uint32_t ethernet_receive(uint8_t *frame);

void ethernet_send(const uint8_t *frame, uint32_t length);
