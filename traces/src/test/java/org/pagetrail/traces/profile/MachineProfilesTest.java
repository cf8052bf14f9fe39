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
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.yaml.YamlNode;

class MachineProfilesTest {
    /** The keys whose values have numbers that someone published, or that the model chose. */
    private static final List<String> NUMBERED =
            List.of("features", "instruction4K", "instruction4M", "data4K", "data4M", "secondLevel", "walkCache");

    private static final String PROFILE = """
            name: mine
            description: For tests
            features: {pse: true, pge: true, pat: true, pse36: true, maxPhysicalAddress: 36, smep: false, smap: false}
            unified: false
            instruction4K: {entries: 32, ways: 4, replacement: tree-plru, source: a book}
            data4K: {entries: 64, ways: 4, replacement: lru}
            secondLevelHolds4M: false
            pseChangeFlushes: true
            largePageServesFirst: false
            costs:
              hit: 1
              secondLevelHit: 2
              walkReference: 3
              invlpg: 4
              cr3Write: 5
              controlRegisterWrite: 6
              faultDelivery: 7
              faultReturn: 8
              clearPage: 9
              copyPage: 10
            """;

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

    private static String shipped(String name) throws IOException {
        try (InputStream in = MachineProfiles.class.getResourceAsStream(name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String p6() throws IOException {
        return shipped("p6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"i486", "pentium", "p6", "skylake", "unit"})
    void everyNumberOfAShippedGeometryHasItsSourceBesideIt(String name) throws IOException {
        YamlNode root = YamlNode.parse(shipped(name), name + ".yaml");
        int sources = 0;
        for (String key : NUMBERED) {
            if (root.has(key)) {
                sources++;
                assertTrue(root.get(key).get("source").text().length() > 10, key);
            }
        }
        long geometries = shipped(name)
                .lines()
                .filter(line -> line.contains(" entries: "))
                .count();
        assertEquals(geometries + 1, sources, "one for each array, and one for the physical-address width");
        assertTrue(shipped(name).contains("\n# Parameters of the model"), "costs say that they are no measurements");
    }

    @Test
    void aSourceIsNoPartOfTheProfile() throws IOException {
        String without = p6().replaceAll("  source: >-\n(    .*\n)+", "");
        assertFalse(without.contains("source"));
        Path file = Files.writeString(temporary.resolve("without.yaml"), without);
        assertEquals(MachineProfiles.named("p6"), MachineProfiles.read(file));
        assertFalse(MachineProfiles.named("p6").toJson().toString().contains("source"));
    }

    @Test
    void theProfileThatIsDamagedHereIsOneThatIsRead() throws IOException {
        Path file = Files.writeString(temporary.resolve("mine.yaml"), PROFILE);
        assertEquals(32, MachineProfiles.read(file).instruction4K().entries());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "entries: 32 | entries: 30 | 5:36 | must divide",
                "entries: 32 | entries: 24 | 5:36 | make it a power of two",
                "entries: 32 | entries: 0 | 5:26 | out of range",
                "entries: 32 | entries: -32 | 5:26 | out of range",
                "entries: 32 | entries: many | 5:26 | no whole number",
                "entries: 32 | entries: | 5:17 | 'entries' has no value",
                "entries: 32, | '' | 5:16 | 'entries' is missing",
                "entries: 32, ways: 4 | entries: 32, ways: 64 | 5:36 | out of range",
                "entries: 64, ways: 4, replacement: lru | entries: 96, ways: 12, replacement: tree-plru | 6:29 | a tree of 12 ways",
                "ways: 4 | wayz: 4 | 5:30 | unknown key 'wayz'",
                "replacement: tree-plru | replacement: random | 5:52 | use one of lru, tree-plru",
                "source: a book | source: [a, book] | 5:71 | a text belongs here",
                "data4K: {entries: 64, ways: 4, replacement: lru} | data4K: 64 | 6:9 | a mapping of keys to values",
                "data4K: | data8K: | 6:1 | unknown key 'data8K'",
                "hit: 1 | hit: -1 | 11:8 | out of range",
                "hit: 1 | hit: 1.5 | 11:8 | no whole number",
                "hit: 1 | hitt: 1 | 11:3 | unknown key 'hitt'",
                "copyPage: 10 | '' | 11:3 | 'copyPage' is missing",
                "maxPhysicalAddress: 36 | maxPhysicalAddress: 60 | 3:78 | out of range",
                "unified: false | unified: true | 5:16 | leave instruction4K out",
                "unified: false | unified: maybe | 4:10 | neither true nor false",
                "name: mine | name: mine: yours | 1:11 | no YAML: mapping values are not allowed here",
                "unified: false | name: mine | 4:1 | 'name' is given twice",
            })
    void whatCannotBeBuiltIsRefusedWithItsLineAndColumn(String right, String wrong, String at, String says)
            throws IOException {
        String changed = PROFILE.replaceFirst(Pattern.quote(right), wrong);
        assertFalse(changed.equals(PROFILE), right);
        Path file = Files.writeString(temporary.resolve("mine.yaml"), changed);
        String message = assertThrows(ProfileException.class, () -> MachineProfiles.read(file))
                .getMessage();
        assertTrue(message.contains(says), message);
        assertTrue(message.startsWith(file + ":" + at + ": "), message);
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
