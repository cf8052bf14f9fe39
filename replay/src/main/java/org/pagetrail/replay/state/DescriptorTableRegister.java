package org.pagetrail.replay.state;

/**
 * Where a descriptor table lies.
 *
 * @param linear its first byte
 * @param limit its last byte, counted from the first
 */
public record DescriptorTableRegister(long linear, long limit) {}
