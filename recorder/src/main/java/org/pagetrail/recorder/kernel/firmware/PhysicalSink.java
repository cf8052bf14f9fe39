package org.pagetrail.recorder.kernel.firmware;

/** Where a boot loader puts bytes: physical memory, before the kernel runs. */
@FunctionalInterface
public interface PhysicalSink {
    /** Places {@code length} bytes of {@code bytes} from {@code offset} on at a physical address. */
    void load(long physical, byte[] bytes, int offset, int length);
}
