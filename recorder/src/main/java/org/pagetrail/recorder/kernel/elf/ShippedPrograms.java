package org.pagetrail.recorder.kernel.elf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The programs and the library that come with the recorder; their sources are in {@code recorder/src/main/programs}. */
public final class ShippedPrograms {
    /** The executables. */
    public static final List<String> PROGRAMS = List.of("shell", "editor", "compiler");

    /** The shared libraries. */
    public static final List<String> LIBRARIES = List.of("libshared.so");

    private static final String FOLDER = "/org/pagetrail/recorder/programs/";

    private ShippedPrograms() {}

    /** The file of this name. */
    public static byte[] read(String name) {
        try (InputStream in = ShippedPrograms.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is missing from the jar; build it again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
