package org.pagetrail.traces.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineProfilesTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"i486", "pentium", "p6", "skylake", "unit"})
    void everyProfileIsThereAndComesBackFromItsJson(String name) {
        MachineProfile profile = MachineProfiles.named(name);
        assertEquals(name, profile.name());
        assertEquals(profile, MachineProfile.fromJson(profile.toJson()));
    }

    @Test
    void theFeaturesAreThoseOfTheProcessors() {
        assertFalse(MachineProfiles.named("i486").features().pse());
        assertTrue(MachineProfiles.named("i486").unified());
        assertTrue(MachineProfiles.named("pentium").features().pse());
        assertFalse(MachineProfiles.named("pentium").features().pge());
        assertTrue(MachineProfiles.named("p6").features().pge());
        assertTrue(MachineProfiles.named("skylake").features().smep());
        assertEquals(1536, MachineProfiles.named("skylake").secondLevel().entries());
        assertEquals(128, MachineProfiles.named("skylake").secondLevel().sets());
        assertNull(MachineProfiles.named("p6").secondLevel());
        assertEquals(1, MachineProfiles.named("unit").costs().walkReference());
    }

    private String p6() throws IOException {
        try (InputStream in = MachineProfiles.class.getResourceAsStream("p6.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "entries: 32, ways: 4 | entries: 30, ways: 4 | must divide",
                "entries: 32, ways: 4 | entries: 24, ways: 4 | power of two",
                "entries: 32, ways: 4 | entries: 0, ways: 4 | out of range",
                "entries: 32, ways: 4 | entries: 32, ways: 64 | out of range",
                "entries: 64, ways: 4, replacement: tree-plru | entries: 96, ways: 12, replacement: tree-plru | a tree of 12 ways",
                "replacement: tree-plru | replacement: random | use one of lru, tree-plru",
                "hit: 1 | hit: -1 | out of range",
                "hit: 1 | hitt: 1 | unknown key 'hitt'",
                "maxPhysicalAddress: 36 | maxPhysicalAddress: 60 | out of range",
                "unified: false | unified: true | no arrays for instructions",
                "unified: false | unified: maybe | neither true nor false",
            })
    void whatCannotBeBuiltIsRefusedWithItsLine(String right, String wrong, String says) throws IOException {
        String changed = p6().replaceFirst(java.util.regex.Pattern.quote(right), wrong);
        assertFalse(changed.equals(p6()), right);
        Path file = Files.writeString(temporary.resolve("mine.yaml"), changed);
        String message = assertThrows(ProfileException.class, () -> MachineProfiles.read(file))
                .getMessage();
        assertTrue(message.contains(says), message);
        assertTrue(message.startsWith(file.toString() + ":"), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void whateverAFileHoldsItIsAProfileOrRefusedInOneLine() throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        String whole = p6();
        Path file = temporary.resolve("mutated.yaml");
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                }
            }
            Files.writeString(file, text);
            String where = "seed " + seed + ", file " + i;
            try {
                MachineProfiles.read(file);
            } catch (ProfileException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file.toString()), where);
                assertFalse(e.getMessage().contains("\n"), where);
            }
        }
        assertTrue(refused > 500, "refused: " + refused);
    }

    @Test
    void aNameComesBeforeAFileOfThatName() throws IOException {
        assertEquals("unit", MachineProfiles.find("unit").name());
        Path file = Files.writeString(temporary.resolve("mine.yaml"), p6().replace("name: p6", "name: mine"));
        assertEquals("mine", MachineProfiles.find(file.toString()).name());
        String message = assertThrows(ProfileException.class, () -> MachineProfiles.find("vax"))
                .getMessage();
        assertTrue(message.contains("i486, pentium, p6, skylake, unit, or name a file"), message);
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatThereAre() {
        String message = assertThrows(ProfileException.class, () -> MachineProfiles.named("vax"))
                .getMessage();
        assertTrue(message.contains("i486, pentium, p6, skylake, unit"), message);
    }

    @Test
    void aMissingFileIsRefused() {
        assertThrows(ProfileException.class, () -> MachineProfiles.read(temporary.resolve("none.yaml")));
    }
}
