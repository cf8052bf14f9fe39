package org.pagetrail.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.pagetrail.analyzer.rule.ToldMachine.MODE;
import static org.pagetrail.analyzer.rule.ToldMachine.TOP;
import static org.pagetrail.analyzer.rule.ToldMachine.entry;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.paging.EntryKind;

/**
 * Random programs on few frames; after every event what the judge keeps up to date is compared with what walks from all roots
 * find.
 */
class StructuresModelTest {
    private static final int FRAMES = 8;
    private static final int STEPS = 1_000;
    private static final int[] SLOTS = {0, 1, 2, 768, 1023};
    private static final int ALL = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;
    private static final TraceHeader HEADER =
            Doctored.golden("boot-unit").reader().header();

    /** Which frames a program puts where. */
    private enum Shape {
        /** Any word may lead to any frame. */
        WILD,

        /** Frames 0 to 2 are directories that share tables and show themselves in their last slots. */
        KERNEL_LIKE
    }

    @ParameterizedTest
    @CsvSource({"WILD, false", "WILD, true", "KERNEL_LIKE, false", "KERNEL_LIKE, true"})
    void whatIsKeptUpToDateIsWhatWalksFromAllRootsFind(Shape shape, boolean switches) {
        for (long seed = 1; seed <= 4; seed++) {
            new Run(shape, switches, seed).steps();
        }
    }

    /** A structure's place, as a walk comes to it. */
    private record Place(long frame, int level, long base, int rights, boolean derived) {
        static Place of(Structures.Placement placement) {
            return new Place(
                    placement.frame(), placement.level(), placement.base(), placement.rights(), placement.derived());
        }
    }

    /** A page; A and D are no part of it. */
    private record Page(Place table, int slot, long linear, long bytes, long entry, long frame, int rights) {}

    /** A leaf that maps a frame. */
    private record Leaf(Place table, int slot, long entry) {}

    private static final class Collecting extends Rule {
        private final Set<Page> told = new HashSet<>();
        private final Set<Page> judged = new HashSet<>();

        Collecting() {
            super(new Invariant("TST001", Severity.ERROR, "what", "why", "source", "when"));
        }

        @Override
        protected void pageChanged(PageFact fact) {
            Place table = Place.of(fact.placement());
            long entry = fact.entry() & ~MODE.markBits();
            assertEquals(table.derived, fact.derived());
            assertEquals(table.level, fact.level());
            assertEquals(table.frame, fact.table());
            Page page = new Page(table, fact.slot(), fact.linear(), fact.bytes(), entry, fact.frame(), fact.rights());
            told.add(page);
            if (scene().judged(fact)) {
                judged.add(page);
            }
        }
    }

    private static final class Run extends FlatEvents {
        private final String name;
        private final Shape shape;
        private final boolean switches;
        private final Random random;
        private final Collecting rule = new Collecting();
        private final Judge judge = new Judge(HEADER, List.of(rule));
        private final MachineState state = judge.state();
        private final ToldMachine machine = new ToldMachine(this, FRAMES, SLOTS);
        private Set<Page> before = Set.of();
        private Set<Page> judgedBefore = Set.of();

        Run(Shape shape, boolean switches, long seed) {
            this.name = shape + (switches ? " with switches" : "") + " seed " + seed + " event ";
            this.shape = shape;
            this.switches = switches;
            this.random = new Random(seed);
        }

        // The program

        void steps() {
            int phase = machine.symbol(Scene.REMAP_STEP);
            for (int step = 0; step < STEPS; step++) {
                if (switches && step == STEPS / 4) {
                    phaseBegan(machine.tick(), phase);
                }
                if (switches && step == STEPS / 2) {
                    phaseEnded(machine.tick(), phase);
                }
                step();
                assertEquals(0, state.contradictions(), name + state.ordinal());
            }
        }

        private void step() {
            long frame = random.nextInt(shape == Shape.WILD ? FRAMES : 3);
            switch (random.nextInt(20)) {
                case 0, 1 -> machine.create(frame);
                case 2 -> machine.retire(frame);
                case 3, 4 -> machine.cr3(frame);
                case 5 -> machine.paging(random.nextInt(6) != 0);
                case 6 -> machine.pse(random.nextInt(3) != 0);
                default -> {
                    long table = random.nextInt(FRAMES);
                    int slot = SLOTS[random.nextInt(SLOTS.length)];
                    machine.store(table, slot, shape == Shape.WILD ? wildWord(table) : kernelWord(table, slot));
                }
            }
        }

        private long wildWord(long self) {
            long target = random.nextInt(4) == 0 ? self : random.nextInt(FRAMES);
            long marks = (long) random.nextInt(4) << 5;
            long rights = 1 | random.nextInt(4) << 1;
            return switch (random.nextInt(6)) {
                case 0 -> entry(target, 0); // absent
                case 1 -> entry(target, rights | 0x80) | marks;
                default -> entry(target, rights) | marks;
            };
        }

        private long kernelWord(long table, int slot) {
            if (random.nextInt(5) == 0) {
                return 0;
            }
            long marks = (long) random.nextInt(4) << 5;
            long rights = random.nextInt(3) == 0 ? 1 | random.nextInt(4) << 1 : 7;
            if (table < 3 && slot == 1023) {
                return entry(table, rights | marks);
            }
            boolean large = table < 3 && random.nextInt(8) == 0;
            long target = table < 3 ? 3 + random.nextInt(3) : random.nextInt(FRAMES);
            return entry(large ? 0 : target, rights | marks | (large ? 0x80 : 0));
        }

        // After every event

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            EventDispatch.dispatch(id, tick, fields, text, judge);
            String where = name + state.ordinal();
            structures(where);
            pages(where);
            mappings(where);
            owners(where);
        }

        private Set<Long> roots() {
            Set<Long> roots = new TreeSet<>();
            state.addressSpaces().forEach(space -> roots.add(space.directory()));
            state.loadedDirectory().ifPresent(roots::add);
            assertEquals(machine.roots(), roots);
            return roots;
        }

        private long cr4() {
            return state.register(ControlRegister.CR4);
        }

        /** All places of structures, and the directories that have each. */
        private Map<Place, Set<Long>> places() {
            Map<Place, Set<Long>> places = new HashMap<>();
            roots().forEach(root -> place(new Place(root, TOP, 0, ALL, false), root, places));
            return places;
        }

        private void place(Place at, long root, Map<Place, Set<Long>> places) {
            places.computeIfAbsent(at, key -> new TreeSet<>()).add(root);
            for (int slot : SLOTS) {
                long word = state.word(at.frame, slot);
                if (at.level > 1 && MODE.kind(word, at.level, cr4()) == EntryKind.TABLE) {
                    long child = MODE.frame(word, at.level, cr4());
                    place(
                            new Place(
                                    child,
                                    at.level - 1,
                                    at.base + MODE.offset(slot, at.level),
                                    at.rights & state.rights(word),
                                    at.derived || child == at.frame),
                            root,
                            places);
                }
            }
        }

        private void structures(String where) {
            Map<Place, Set<Long>> expected = places();
            Structures structures = rule.scene().structures();
            int found = 0;
            for (long frame = 0; frame < FRAMES; frame++) {
                Set<Place> seen = new HashSet<>();
                boolean loaded = false;
                for (Structures.Placement placement : structures.placements(frame)) {
                    found++;
                    Place place = Place.of(placement);
                    Set<Long> directories = expected.getOrDefault(place, Set.of());
                    assertTrue(seen.add(place), () -> where + " has twice " + place);
                    assertTrue(directories.contains(placement.root()), () -> where + " of which none has " + place);
                    for (long directory = 0; directory < FRAMES; directory++) {
                        long one = directory;
                        assertEquals(directories.contains(one), placement.in(one), () -> where + " " + place);
                        boolean other = directories.stream().anyMatch(has -> has != one);
                        assertEquals(other, placement.inOtherThan(one), () -> where + " " + place);
                    }
                    loaded |= machine.paging() && directories.contains(machine.directory());
                }
                assertEquals(loaded, structures.loaded(frame), where);
            }
            assertEquals(expected.size(), found, () -> where + " of " + expected);
        }

        private Set<Page> walk(LongPredicate directories) {
            Set<Page> pages = new HashSet<>();
            places().forEach((place, roots) -> {
                if (roots.stream().anyMatch(directories::test)) {
                    for (int slot : SLOTS) {
                        long word = state.word(place.frame, slot);
                        if (MODE.kind(word, place.level, cr4()) == EntryKind.LEAF) {
                            pages.add(new Page(
                                    place,
                                    slot,
                                    place.base + MODE.offset(slot, place.level),
                                    1L << MODE.shift(place.level),
                                    word & ~MODE.markBits(),
                                    MODE.frame(word, place.level, cr4()),
                                    place.rights & state.rights(word)));
                        }
                    }
                }
            });
            return pages;
        }

        private void pages(String where) {
            Set<Page> now = walk(directory -> true);
            covered(before, now, rule.told, where);
            rule.told.stream()
                    .filter(page -> !now.contains(page) && !before.contains(page))
                    .forEach(page -> fail(where + " tells a page that is not there: " + page));
            Set<Page> judgedNow = walk(rule.scene()::judged);
            covered(judgedBefore, judgedNow, rule.judged, where + " judged");
            rule.told.clear();
            rule.judged.clear();
            before = now;
            judgedBefore = judgedNow;
        }

        private static void covered(Set<Page> was, Set<Page> now, Set<Page> told, String where) {
            Set<Page> missed = new HashSet<>(now);
            missed.removeAll(was);
            missed.removeAll(told);
            assertEquals(Set.of(), missed, where + " missed");
        }

        private void mappings(String where) {
            for (long directory : roots()) {
                for (int slot : SLOTS) {
                    for (int within : SLOTS) {
                        long linear = MODE.offset(slot, 2) + MODE.offset(within, 1) + 0x123;
                        assertEquals(
                                mapping(directory, slot, within), rule.scene().mapping(directory, linear), where);
                    }
                }
            }
        }

        private Mapping mapping(long directory, int slot, int within) {
            long pde = state.word(directory, slot);
            if ((pde & 1) == 0) {
                return null;
            }
            if (MODE.kind(pde, 2, cr4()) == EntryKind.LEAF) {
                return new Mapping(MODE.frame(pde, 2, cr4()) + within, state.rights(pde), 2, directory, pde);
            }
            long table = pde >>> 12;
            long pte = state.word(table, within);
            return (pte & 1) == 0
                    ? null
                    : new Mapping(pte >>> 12, state.rights(pde) & state.rights(pte), 1, table, pte);
        }

        private void owners(String where) {
            Map<Place, Set<Long>> places = places();
            for (long frame = 0; frame < FRAMES; frame++) {
                Map<Leaf, Integer> expected = new HashMap<>();
                for (Place place : places.keySet()) {
                    for (int slot : SLOTS) {
                        long word = state.word(place.frame, slot);
                        if (!place.derived && MODE.kind(word, place.level, cr4()) == EntryKind.LEAF) {
                            long first = MODE.frame(word, place.level, cr4());
                            long frames = 1L << MODE.shift(place.level) - MODE.shift(1);
                            if (frame >= first && frame < first + frames) {
                                expected.merge(new Leaf(place, slot, word), 1, Integer::sum);
                            }
                        }
                    }
                }
                Map<Leaf, Integer> found = new HashMap<>();
                rule.scene()
                        .owners()
                        .of(
                                frame,
                                (placement, slot, word) ->
                                        found.merge(new Leaf(Place.of(placement), slot, word), 1, Integer::sum));
                assertEquals(expected, found, where);
            }
        }
    }
}
