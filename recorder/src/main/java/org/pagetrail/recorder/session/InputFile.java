package org.pagetrail.recorder.session;

import java.nio.file.Path;

/**
 * A file that a recording is made from.
 *
 * @param name what the trace and the recorded kernel call it
 * @param path where it is
 */
public record InputFile(String name, Path path) {
    /** A file by its own name. */
    public static InputFile of(Path path) {
        return new InputFile(path.getFileName().toString(), path);
    }
}
