package org.pagetrail.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** How many bytes of which kind a journal has, read from its file as docs/format.md says. */
final class JournalBytes {
    private static final int METADATA = 1 << 30;
    private static final int BLOCK = 0x4252_5450;
    private static final int PAYLOAD_LENGTH_AT = 36;

    private static final int USED_PART = 1 << 20;

    /** Twice as much as what is written in one go. */
    private static final int USED_PARTS = 256;

    private JournalBytes() {}

    /**
     * Uses free memory for a file's pages and frees it again. A virtual machine's host takes free memory back after a while, and then takes
     * microseconds to give a page anew: several times as long as to write it, on some occasions and not on others.
     */
    static void useFreeMemory(Path directory) {
        Path file = directory.resolve("memory");
        ByteBuffer part = ByteBuffer.allocateDirect(USED_PART);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < USED_PARTS; i++) {
                channel.write(part.rewind());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            remove(file);
        }
    }

    /** Bytes of the payloads of all blocks. */
    static long payload(Path journal) {
        try (Stream<Path> files = Files.list(journal)) {
            Path data = files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(data)) {
                ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                        .order(ByteOrder.LITTLE_ENDIAN);
                long payload = 0;
                for (int at = 0; at + Integer.BYTES <= bytes.limit() && bytes.getInt(at) != 0; ) {
                    int word = bytes.getInt(at);
                    int begin = at + Integer.BYTES;
                    int length = word & METADATA - 1;
                    if ((word & METADATA) == 0 && bytes.getInt(begin) == BLOCK) {
                        payload += bytes.getInt(begin + PAYLOAD_LENGTH_AT);
                    }
                    at = begin + length + Integer.BYTES - 1 & -Integer.BYTES;
                }
                return payload;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code du} says of a directory, with these options, in bytes. */
    static long du(Path directory, String... options) {
        try {
            String[] command = new String[options.length + 4];
            command[0] = "du";
            command[1] = "-s";
            command[2] = "-B1";
            System.arraycopy(options, 0, command, 3, options.length);
            command[command.length - 1] = directory.toString();
            Process du = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(du.getInputStream(), StandardCharsets.UTF_8))) {
                return Long.parseLong(lines.readLine().split("\\s", -1)[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a directory with all that is in it, if it is there. */
    static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
