package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged streams: read as regular expressions read them, or refused. */
class LackeyFuzzTest {
    private static final int PLAIN_ROUNDS = 400;
    private static final int COMPRESSED_ROUNDS = 400;
    private static final String[] PIECES = {
        "\n",
        "\r\n",
        "==1== ",
        "--1-- x\n",
        "I  ",
        " L ",
        " S ",
        " M ",
        ",",
        "0",
        "f",
        "F",
        ",0\n",
        ",4096\n",
        ",4097\n",
        "\u0000",
        "\u00ff",
        "I  0000000000000000,1\n",
        " L ffffffffffffffff,1\n",
        " L ffffffffffffffff,2\n",
        "x".repeat(70),
        "7".repeat(300_000)
    };

    @TempDir
    private Path directory;

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = bytes;
        for (int i = random.nextInt(8); i >= 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> {
                    mutated = mutated.clone();
                    mutated[at] ^= (byte) (1 << random.nextInt(8));
                }
                case 1 -> {
                    String piece = PIECES[random.nextInt(PIECES.length)];
                    mutated = spliced(mutated, at, at, piece.getBytes(StandardCharsets.ISO_8859_1));
                }
                case 2 ->
                    mutated = spliced(mutated, at, Math.min(mutated.length, at + 1 + random.nextInt(30)), new byte[0]);
                default -> mutated = random.nextInt(8) == 0 ? Arrays.copyOf(mutated, at + 1) : mutated;
            }
        }
        return mutated;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
        System.arraycopy(piece, 0, spliced, from, piece.length);
        System.arraycopy(bytes, to, spliced, from + piece.length, bytes.length - to);
        return spliced;
    }

    @Test
    void damagedTextIsReadAsRegularExpressionsReadIt() throws IOException {
        byte[] text = Recorded.text("walk32.lackey.gz");
        Path file = directory.resolve("references");
        for (int seed = 0; seed < PLAIN_ROUNDS; seed++) {
            Random random = new Random(seed);
            int from = random.nextInt(text.length / 2);
            byte[] damaged = mutated(Arrays.copyOfRange(text, from, from + 1 + random.nextInt(3000)), random);
            Files.write(file, damaged);
            PlainLackey plain = new PlainLackey(damaged);
            String which = "seed " + seed;
            try (LackeyReader reader = LackeyReader.open(file, true)) {
                assertEquals(plain.records, PlainLackey.all(reader), which);
                assertEquals(plain.skipped, reader.skipped(), which);
                assertEquals(damaged.length, reader.bytesRead(), which);
            } catch (LackeyFormatException e) {
                assertEquals(List.of(), plain.records, which);
            }
            try (LackeyReader reader = LackeyReader.open(file, false)) {
                PlainLackey.all(reader);
                assertEquals(0, plain.skipped, which);
            } catch (LackeyFormatException e) {
                assertTrue(plain.skipped > 0 || plain.records.isEmpty(), () -> which + ": " + e.getMessage());
            }
        }
    }

    @Test
    void recordsThatLieAcrossTheEndOfTheBufferAreWhole() throws IOException {
        Path file = directory.resolve("references");
        byte[] text = Recorded.text("sort.lackey.gz");
        for (int seed = 0; seed < 20; seed++) {
            byte[] piece = Arrays.copyOfRange(text, 700_000 + seed, 1_400_000);
            Files.write(file, piece);
            try (LackeyReader reader = LackeyReader.open(file, true)) {
                assertEquals(new PlainLackey(piece).records, PlainLackey.all(reader), "seed " + seed);
            }
        }
    }

    @Test
    void damagedCompressedDataAreReadOrRefused() throws IOException {
        byte[] compressed = Recorded.compressed(Arrays.copyOf(Recorded.text("walk32.lackey.gz"), 30_000));
        Path file = directory.resolve("references.gz");
        int refused = 0;
        for (int seed = 0; seed < COMPRESSED_ROUNDS; seed++) {
            Files.write(file, mutated(compressed, new Random(seed)));
            try (LackeyReader reader = LackeyReader.open(file, (seed & 1) == 0)) {
                PlainLackey.all(reader);
            } catch (LackeyFormatException e) {
                assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > COMPRESSED_ROUNDS / 4, "only " + refused + " were refused");
    }
}
