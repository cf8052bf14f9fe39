package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * Random programs that change live entries and forget to flush: whatever the paging unit does otherwise than the plain
 * reference is explained by the use of a changed entry, told for that access or for an earlier one of the same kind and
 * privilege since the page's entries last changed. After a full flush it does nothing otherwise.
 */
class StaleTranslationsTest {
    private static final int PROGRAMS = 40;
    private static final int STEPS = 500;
    private static final long RAM = 16 << 12;
    private static final int[] DIRECTORY_SLOTS = {0, 1, 768, 1023};
    private static final int[] TABLE_SLOTS = {0, 1, 5, 768, 1023};
    private static final int TABLES = 6;

    static List<MachineProfile> profiles() {
        Features all = TestProfiles.ALL;
        Features pentium = TestProfiles.PENTIUM;
        List<MachineProfile> profiles = new ArrayList<>();
        for (boolean largeFirst : new boolean[] {false, true}) {
            profiles.add(TestProfiles.split(all, true, largeFirst));
            profiles.add(TestProfiles.split(all, false, largeFirst));
            profiles.add(TestProfiles.tree(all, false, largeFirst));
            profiles.add(TestProfiles.tree(pentium, false, largeFirst));
            profiles.add(TestProfiles.halfFragments(all, true, largeFirst));
            profiles.add(TestProfiles.halfFragments(pentium, false, largeFirst));
            profiles.add(TestProfiles.unified(all, false, largeFirst));
            profiles.add(TestProfiles.unified(TestProfiles.NONE, false, largeFirst));
            profiles.add(TestProfiles.unifiedWhole(all, false, largeFirst));
            profiles.add(TestProfiles.few(1, largeFirst));
            profiles.add(TestProfiles.few(2, largeFirst));
        }
        return profiles;
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void everyDifferenceFromAPlainTranslationIsTheToldUseOfAChangedEntry(MachineProfile profile) {
        int stale = 0;
        for (int program = 0; program < PROGRAMS; program++) {
            stale += new Program(profile, 0x5a1e_0000L + program).run();
        }
        assertTrue(stale > PROGRAMS, "stale translations were served only " + stale + " times");
    }

    /** One program, and what it has to remember in order to judge. */
    private static final class Program {
        private final MachineProfile profile;
        private final long seed;
        private final Random random;
        private final EventLog log = new EventLog();
        private final Machine machine;
        private final Registers registers;
        private final PlainTranslation plain;
        private final List<Integer> pages = new ArrayList<>();

        /** By page: the words of its walk, and since which step they are so. */
        private final Map<Integer, Long> paths = new HashMap<>();

        private final Map<Integer, Integer> pathSince = new HashMap<>();

        /** By use and page: the last step that told it. */
        private final Map<String, Integer> told = new HashMap<>();

        /** What each step told. */
        private final List<List<EventLog.Told>> history = new ArrayList<>();

        private boolean clean;
        private int step;
        private int differences;

        Program(MachineProfile profile, long seed) {
            this.profile = profile;
            this.seed = seed;
            random = new Random(seed);
            machine = new Machine(profile, RAM, log);
            registers = machine.registers();
            plain = new PlainTranslation(machine.memory(), profile.features());
            for (int slot : DIRECTORY_SLOTS) {
                for (int tableSlot : TABLE_SLOTS) {
                    pages.add(slot << 10 | tableSlot);
                }
            }
        }

        int run() {
            for (int table = 1; table <= TABLES; table++) {
                for (int slot : TABLE_SLOTS) {
                    machine.memory().write(table, slot, word());
                }
            }
            machine.writeCr4(random.nextInt() & Machine.supported(profile.features()));
            machine.writeCr3(1 << 12);
            machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
            if (random.nextBoolean()) {
                machine.createAddressSpace(2, 0, 0);
            }
            for (step = 1; step <= STEPS; step++) {
                notePaths();
                log.clear();
                operate();
                history.add(List.copyOf(log.all()));
                checkNoPageTwice();
            }
            return differences;
        }

        private void operate() {
            int choice = random.nextInt(100);
            if (choice < 66) {
                access(pages.get(random.nextInt(pages.size())), AccessKind.values()[random.nextInt(3)]);
            } else if (choice < 84) {
                clean = false;
                machine.write(1 + random.nextInt(TABLES), TABLE_SLOTS[random.nextInt(TABLE_SLOTS.length)], word());
            } else if (choice < 89) {
                machine.invlpg(pages.get(random.nextInt(pages.size())) << 12 | random.nextInt(4096));
            } else if (choice < 93) {
                clean = false;
                machine.writeCr3(1 + random.nextInt(2) << 12);
            } else if (choice < 96) {
                machine.privilege(random.nextInt(3) == 0 ? 3 : 0, random.nextBoolean());
            } else if (choice < 98) {
                control();
            } else {
                flush();
            }
        }

        private void control() {
            clean = false;
            int before = registers.cr4;
            if (random.nextInt(3) == 0) {
                machine.writeCr0(registers.cr0 ^ ControlBits.CR0_WP);
            } else {
                machine.writeCr4(registers.cr4 ^ 1 << random.nextInt(32) & Machine.supported(profile.features()));
                if (registers.cr4 == before) {
                    return;
                }
            }
            pages.forEach(page -> pathSince.put(page, step));
        }

        private void flush() {
            if (profile.features().pge() && random.nextBoolean()) {
                machine.writeCr4(registers.cr4 ^ ControlBits.CR4_PGE);
            } else {
                machine.writeCr0(registers.cr0 & ~ControlBits.CR0_PG);
                assertEquals(3, machine.mmu().translate(0x3abc, 0));
                machine.writeCr0(registers.cr0 | ControlBits.CR0_PG);
            }
            clean = true;
        }

        private void notePaths() {
            for (int page : pages) {
                long path = plain.path(registers, page << 12);
                if (!Long.valueOf(path).equals(paths.put(page, path))) {
                    pathSince.put(page, step);
                }
            }
        }

        private void access(int page, AccessKind kind) {
            int linear = page << 12 | random.nextInt(1024) << 2;
            PlainTranslation.Result expected = plain.translate(registers, linear, kind, false);
            int pde = machine.memory().read(registers.cr3 >>> 12, linear >>> 22);
            int frame = machine.mmu().translate(linear, kind.ordinal());
            log.of(EventId.CHANGED_ENTRY_USED).forEach(event -> noteTold(event, page, kind));

            boolean same = expected.frame() == frame
                    && (frame != Mmu.FAULT || expected.code() == machine.mmu().faultCode())
                    && (!walked() || marked(expected, linear, pde));
            if (!same) {
                differences++;
                int since = told.getOrDefault(use(kind) + page, 0);
                if (clean || since < pathSince.get(page)) {
                    fail(String.format(
                            Locale.ROOT,
                            "seed %d step %d on %s: %s of %08x, frame %x instead of %s, told %d, changed %d, %s%nafter %s",
                            seed,
                            step,
                            profile.name(),
                            kind,
                            linear,
                            frame,
                            expected,
                            since,
                            pathSince.get(page),
                            log.all(),
                            history.subList(Math.max(0, since - 1), history.size())));
                }
            }
            if (clean) {
                assertEquals(0, log.count(EventId.CHANGED_ENTRY_USED), "seed " + seed + " step " + step);
            }
        }

        /** Whether the access walked, by what was told of it. */
        private boolean walked() {
            return log.of(EventId.TLB_FILLED).stream()
                            .anyMatch(fill -> fill.field(10) != FillCause.SECOND_LEVEL.ordinal())
                    || log.of(EventId.PAGE_FAULTED).stream().anyMatch(fault -> fault.field(6) == 2);
        }

        private boolean marked(PlainTranslation.Result expected, int linear, int pde) {
            return expected.pde() == machine.memory().read(registers.cr3 >>> 12, linear >>> 22)
                    && (expected.pte() == 0
                            || expected.pte() == machine.memory().read(pde >>> 12, linear >>> 12 & 1023));
        }

        private void noteTold(EventLog.Told event, int page, AccessKind kind) {
            assertEquals(page, event.field(3) >>> 12);
            assertEquals(kind.ordinal(), event.field(4));
            assertEquals(registers.cpl, event.field(5));
            told.put(use(kind) + page, step);
            CacheView cache = machine.cache(Tlb.values()[(int) event.field(0)]);
            int set = (int) event.field(1);
            int way = (int) event.field(2);
            int pde = machine.memory().read(registers.cr3 >>> 12, page >>> 10);
            boolean table = (pde & 1) != 0 && ((pde & 0x80) == 0 || (registers.cr4 & ControlBits.CR4_PSE) == 0);
            boolean whole = event.field(0) == Tlb.DATA_4M.ordinal()
                    || event.field(0) == Tlb.INSTRUCTION_4M.ordinal()
                    || event.field(0) == Tlb.SECOND_LEVEL.ordinal() && cache.large(set, way);
            if (whole && !table) {
                pages.stream()
                        .filter(other -> other >>> 10 == page >>> 10)
                        .forEach(other -> told.put(use(kind) + other, step));
            }
        }

        private String use(AccessKind kind) {
            return kind + " " + (registers.cpl == 3 ? "user" : kind == AccessKind.FETCH ? "" : registers.ac) + " ";
        }

        private void checkNoPageTwice() {
            for (Tlb name : Tlb.values()) {
                CacheView cache = machine.cache(name);
                if (cache == null) {
                    continue;
                }
                Set<Integer> seen = new HashSet<>();
                for (int set = 0; set < cache.sets(); set++) {
                    for (int way = 0; way < cache.ways(); way++) {
                        // A 4 KB page and the 4 MB page that begins with it may stand beside each other in the second
                        // level.
                        boolean apart = name == Tlb.SECOND_LEVEL && cache.large(set, way);
                        if (cache.valid(set, way) && !seen.add(cache.page(set, way) << 1 | (apart ? 1 : 0))) {
                            fail("seed " + seed + " step " + step + " on " + profile.name() + ": " + name + " has page "
                                    + cache.page(set, way) + " twice");
                        }
                    }
                }
            }
        }

        private int word() {
            int low = random.nextInt(4096) | (random.nextInt(5) == 0 ? 0 : 1);
            int rights = random.nextInt(3) == 0 ? 0 : 6;
            if (random.nextInt(3) != 0) {
                low &= ~0x80;
            } else if ((low & 0x80) != 0 && random.nextInt(4) != 0) {
                // A 4 MB page, or else a table beyond RAM.
                return random.nextInt(3) << 22 | low | rights;
            }
            if (random.nextInt(30) == 0) {
                return random.nextInt();
            }
            return 1 + random.nextInt(TABLES + 4) << 12 | low | rights;
        }
    }
}
