/* A station on an Ethernet: answers ARP and ping at its address, and says what it answered. */
#include "board.h"
#include "console.h"
#include "ethernet.h"

#define ETHERTYPE 12
#define TYPE_ARP 0x0806
#define TYPE_IP 0x0800
#define ARP_OPERATION 20
#define ARP_SENDER 22
#define ARP_TARGET_IP 38
#define ARP_LENGTH 42
#define IP_HEADER 14
#define IP_PROTOCOL 23
#define IP_SOURCE 26
#define IP_TARGET 30
#define ICMP 34
#define ICMP_CHECKSUM 36
#define PROTOCOL_ICMP 1
#define ECHO_REQUEST 8

static const uint8_t own_ip[4] = {10, 0, 2, 15};
static uint8_t frame[MAXIMUM_FRAME];

static uint32_t half(uint32_t offset)
{
    return ((uint32_t)frame[offset] << 8) | frame[offset + 1];
}

static int same(const uint8_t *a, const uint8_t *b, uint32_t count)
{
    while (count > 0 && *a == *b)
    {
        a++;
        b++;
        count--;
    }

    return count == 0;
}

static void copy(uint32_t to, const uint8_t *from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
    {
        frame[to + i] = from[i];
    }
}

static void print_ip(uint32_t offset)
{
    for (uint32_t i = 0; i < 4; i++)
    {
        print(i == 0 ? "" : ".");
        print_unsigned(frame[offset + i]);
    }
}

static void answer_arp(void)
{
    print("arp from ");
    print_ip(ARP_SENDER + 6);
    print("\n");
    copy(ARP_SENDER + 10, frame + ARP_SENDER, 10); /* the asker is the target now */
    copy(0, frame + ARP_SENDER, 6);
    copy(6, ethernet_address, 6);
    copy(ARP_SENDER, ethernet_address, 6);
    copy(ARP_SENDER + 6, own_ip, 4);
    frame[ARP_OPERATION + 1] = 2;
    ethernet_send(frame, ARP_LENGTH);
}

/* Addresses and type change; the check sum of the IP header does not when its addresses trade places. */
static void answer_ping(uint32_t length)
{
    print("ping ");
    print_unsigned(half(ICMP + 6));
    print(" of ");
    print_unsigned(half(IP_HEADER + 2) - 28);
    print(" bytes from ");
    print_ip(IP_SOURCE);
    print("\n");
    copy(0, frame + 6, 6);
    copy(6, ethernet_address, 6);
    copy(IP_TARGET, frame + IP_SOURCE, 4);
    copy(IP_SOURCE, own_ip, 4);
    frame[ICMP] = 0;
    uint32_t sum = half(ICMP_CHECKSUM) + (ECHO_REQUEST << 8);
    sum = (sum & 0xFFFF) + (sum >> 16);
    frame[ICMP_CHECKSUM] = (uint8_t)(sum >> 8);
    frame[ICMP_CHECKSUM + 1] = (uint8_t)sum;
    ethernet_send(frame, length);
}

static void handle(uint32_t length)
{
    if (half(ETHERTYPE) == TYPE_ARP && length >= ARP_LENGTH && half(ARP_OPERATION) == 1
        && same(frame + ARP_TARGET_IP, own_ip, 4))
    {
        answer_arp();
    }
    else if (half(ETHERTYPE) == TYPE_IP && length > ICMP && frame[IP_HEADER] == 0x45 && frame[IP_PROTOCOL] == PROTOCOL_ICMP
        && same(frame + IP_TARGET, own_ip, 4) && frame[ICMP] == ECHO_REQUEST)
    {
        answer_ping(length);
    }
    else
    {
        print("passed over ");
        print_unsigned(length);
        print(" bytes\n");
    }
}

int main(void)
{
    console_open();
    ethernet_open();
    print("network: 10.0.2.15 at");
    for (uint32_t i = 0; i < 6; i++)
    {
        static const char digits[] = "0123456789abcdef";
        print_char(i == 0 ? ' ' : ':');
        print_char(digits[ethernet_address[i] >> 4]);
        print_char(digits[ethernet_address[i] & 15]);
    }

    print("\n");
    for (;;)
    {
        uint32_t length = ethernet_receive(frame);
        if (length > 0)
        {
            handle(length);
        }
    }
}
