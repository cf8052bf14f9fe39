package org.pagetrail.recorder.kernel.elf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The kernel that comes with the recorder; its source and the script that builds it are in {@code recorder/src/main/kernel}. */
public final class ShippedKernel {
    /** What messages call it. */
    public static final String NAME = "kernel.elf";

    private static final String RESOURCE = "/org/pagetrail/recorder/kernel/" + NAME;

    private ShippedKernel() {}

    /** Reads it. */
    public static ElfImage read() {
        try (InputStream in = ShippedKernel.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar; build it again");
            }
            return ElfImage.parse(in.readAllBytes(), NAME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
