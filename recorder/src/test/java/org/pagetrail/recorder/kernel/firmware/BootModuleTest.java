package org.pagetrail.recorder.kernel.firmware;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootModuleTest {
    private static final String DIGEST_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static byte[] placed(BootModule module, long physical) {
        byte[] memory = new byte[(int) module.size()];
        module.placeAt(
                physical,
                (at, bytes, offset, length) -> System.arraycopy(bytes, offset, memory, (int) (at - physical), length));
        return memory;
    }

    @Test
    void sizeAndDigestAreThoseOfTheContent() {
        BootModule module = BootModule.of("abc", "abc".getBytes(StandardCharsets.UTF_8));
        assertEquals("abc", module.name());
        assertEquals(3, module.size());
        assertEquals(DIGEST_OF_ABC, module.sha256());
        assertEquals(0, BootModule.of("empty", new byte[0]).size());
    }

    @Test
    void contentOfManyPiecesIsPlacedWhole(@TempDir Path directory) throws IOException {
        byte[] content = new byte[300_001];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("m"), content);
        BootModule module = BootModule.read("initrd", file);
        assertArrayEquals(content, placed(module, 0xffff_0000L));
        assertEquals(BootModule.of("initrd", content).sha256(), module.sha256());
    }

    @Test
    void aFileThatChangesBeforeItIsPlacedIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("m"), "abc");
        BootModule module = BootModule.read("m", file);
        for (String other : new String[] {"abd", "ab", "abcd", ""}) {
            Files.writeString(file, other);
            String message = assertThrows(BootLoaderException.class, () -> placed(module, 0))
                    .getMessage();
            assertEquals("module 'm': changed while it was loaded; record again", message);
        }
        Files.delete(file);
        assertThrows(BootLoaderException.class, () -> placed(module, 0));
    }

    @Test
    void whatIsNoReadableFileIsRefused(@TempDir Path directory) throws IOException {
        assertRefused(directory, "a directory");
        assertRefused(directory.resolve("missing"), "no such file");
        assertRefused(Files.createFile(directory.resolve("empty")), "empty");
    }

    private static void assertRefused(Path path, String says) {
        String message = assertThrows(BootLoaderException.class, () -> BootModule.read("m", path))
                .getMessage();
        assertTrue(message.startsWith(path + ": " + says) && message.contains("; "), message);
    }
}
