package org.pagetrail.replay.state;

/**
 * Where a descriptor table lies.
 *
 * @param linear its first byte
 * @param limit its last byte, counted from the first
 * @param handler where the gate for #PF of an interrupt table led when it was loaded, 0 when it has none
 */
public record DescriptorTableRegister(long linear, long limit, long handler) {}
