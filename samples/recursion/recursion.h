#pragma once

#include <stdint.h>

#define DISKS 4

struct towers
{
    uint32_t pegs[3]; /* a bit for each disk */
    uint32_t moves;
};

/* Towers of Hanoi: moves the smallest disks from a peg to another one. */
void move_disks(struct towers *towers, uint32_t disks, uint32_t from, uint32_t to);

/* The sum of the heights of all nodes of a full binary tree. */
uint32_t sum_tree(uint32_t height);

/* By each other. */
uint32_t is_odd(uint32_t value);
uint32_t is_even(uint32_t value);
