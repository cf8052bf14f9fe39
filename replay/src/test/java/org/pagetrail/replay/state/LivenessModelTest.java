package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EntryChange;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Random programs on a memory of few frames, told as events by marking everything from the roots before and after each
 * step; the fold must find the same structures and words live.
 */
class LivenessModelTest {
    private static final int FRAMES = 9;
    private static final int STEPS = 1_500;

    /** Which frames a teller takes for newly live when a step makes some lose one reference and get another. */
    private enum Telling {
        /** Those that were not live before the step. */
        ACROSS_THE_STEP,

        /** Those too that no reference known before the step's new structures were told held. */
        ONE_BY_ONE
    }

    @ParameterizedTest
    @CsvSource({
        "ia32, ACROSS_THE_STEP, true",
        "ia32, ACROSS_THE_STEP, false",
        "ia32, ONE_BY_ONE, true",
        "three, ACROSS_THE_STEP, true",
        "three, ONE_BY_ONE, false",
        "four, ACROSS_THE_STEP, false",
        "four, ONE_BY_ONE, true",
    })
    void theFoldFindsLiveWhatMarkingFromTheRootsFinds(String mode, Telling telling, boolean depthFirst) {
        for (long seed = 1; seed <= 6; seed++) {
            PagingMode paging = mode.equals("ia32") ? Script.IA32 : new SmallMode(mode.equals("three") ? 3 : 4);
            new Run(paging, telling, depthFirst, seed).steps();
        }
    }

    /** What is live: a frame at a level. */
    private record Place(long frame, int level) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byLevel = Integer.compare(other.level, level);
            return byLevel != 0 ? byLevel : Long.compare(frame, other.frame);
        }
    }

    private static final class Run {
        private final PagingMode mode;
        private final Telling telling;
        private final boolean depthFirst;
        private final String name;
        private final Random random;
        private final Map<Long, long[]> memory = new HashMap<>();
        private final Set<Long> created = new TreeSet<>();
        private final Script script;
        private final MachineState state;
        private final int[] slots;
        private long cr3;
        private boolean paging;
        private boolean pse;

        Run(PagingMode mode, Telling telling, boolean depthFirst, long seed) {
            this.mode = mode;
            this.telling = telling;
            this.depthFirst = depthFirst;
            this.name = mode.name() + " " + telling + " seed " + seed + " step ";
            this.random = new Random(seed);
            this.script = new Script(mode, Script.shape());
            this.state = script.state;
            int last = mode.slots() - 1;
            this.slots = new int[] {0, 1, 2, last};
            for (long frame = 0; frame < FRAMES; frame++) {
                memory.put(frame, new long[mode.slots()]);
            }
            script.tee(new EveryEvent());
        }

        /** After every event the fold's live frames are those that its own words reach. */
        private final class EveryEvent extends FlatEvents {
            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                Set<Long> roots = new TreeSet<>();
                state.addressSpaces().forEach(space -> roots.add(space.directory()));
                state.loadedDirectory().ifPresent(roots::add);
                Set<Place> reached = mark(roots, state::word, frame -> true);
                assertArrayEquals(frames(reached), state.liveFrames(), name + "event " + state.ordinal());
            }
        }

        private interface Words {
            long word(long frame, int slot);
        }

        void steps() {
            for (int step = 0; step < STEPS; step++) {
                step();
                String where = name + step;
                Set<Place> live = mark(roots(), this::told, frame -> true);
                assertArrayEquals(frames(live), state.liveFrames(), where);
                for (long frame = 0; frame < FRAMES; frame++) {
                    for (int level = 1; level <= mode.levels(); level++) {
                        assertEquals(live.contains(new Place(frame, level)), state.isLive(frame, level), where);
                    }
                    for (int slot : slots) {
                        long expected = state.isLive(frame) ? told(frame, slot) : 0;
                        assertEquals(expected, state.word(frame, slot), where);
                    }
                }
                assertEquals(0, state.contradictions(), where);
            }
        }

        private void step() {
            Set<Place> before = mark(roots(), this::told, frame -> true);
            long frame = random.nextInt(FRAMES);
            switch (random.nextInt(16)) {
                case 0 -> {
                    if (created.add(frame)) {
                        script.create(frame);
                    }
                }
                case 1 -> {
                    if (created.remove(frame)) {
                        script.retire(frame);
                    }
                }
                case 2, 3 -> {
                    cr3 = frame;
                    script.cr3(frame);
                }
                case 4 -> {
                    paging = random.nextInt(4) != 0;
                    script.paging(paging);
                }
                case 5 -> {
                    pse = !pse;
                    script.pse(pse);
                }
                default -> store(frame, slots[random.nextInt(slots.length)], randomWord(frame), before);
            }
            tellNewlyLive(before);
        }

        private void store(long frame, int slot, long now, Set<Place> before) {
            long was = told(frame, slot);
            memory.get(frame)[slot] = now;
            int level = 0;
            for (Place place : before) {
                level = place.frame == frame ? Math.max(level, place.level) : level;
            }
            if (level != 0) {
                tell(frame, slot, was, level, EntryCause.STORE);
            }
        }

        private long randomWord(long self) {
            long target = random.nextInt(4) == 0 ? self : random.nextInt(FRAMES);
            long marks = (long) random.nextInt(4) << 5;
            return switch (random.nextInt(6)) {
                case 0 -> Script.entry(target, 0); // absent
                case 1 -> Script.entry(target, 0x83) | marks; // large where that exists
                default -> Script.entry(target, 0x3) | marks;
            };
        }

        private void tellNewlyLive(Set<Place> before) {
            Set<Place> known = before;
            if (telling == Telling.ONE_BY_ONE) {
                Set<Long> old = new TreeSet<>();
                before.forEach(place -> old.add(place.frame));
                known = mark(roots(), this::told, old::contains);
            }
            Set<Long> toldAlready = new TreeSet<>();
            known.forEach(place -> toldAlready.add(place.frame));
            if (telling == Telling.ONE_BY_ONE) {
                toldAlready.removeIf(frame -> before.stream().noneMatch(place -> place.frame == frame));
            }
            if (depthFirst) {
                for (long root : roots()) {
                    tellDown(root, mode.levels(), toldAlready);
                }
            } else {
                for (Place place : mark(roots(), this::told, frame -> true)) {
                    if (toldAlready.add(place.frame)) {
                        for (int slot : slots) {
                            tell(place.frame, slot, 0, place.level, EntryCause.BECAME_LIVE);
                        }
                    }
                }
            }
        }

        private void tellDown(long frame, int level, Set<Long> toldAlready) {
            boolean isNew = toldAlready.add(frame);
            for (int slot : slots) {
                if (isNew) {
                    tell(frame, slot, 0, level, EntryCause.BECAME_LIVE);
                }
                long child = child(frame, level, told(frame, slot));
                if (child >= 0) {
                    tellDown(child, level - 1, toldAlready);
                }
            }
        }

        private void tell(long frame, int slot, long was, int level, EntryCause cause) {
            long now = told(frame, slot);
            EntryChange change = EntryChange.of(mode, level, cr4(), was, now);
            change.tell(script.tell(), script.tick(), frame, slot, was, now, 0, level, 0, cause);
        }

        private long cr4() {
            return state.register(ControlRegister.CR4);
        }

        /** A word as the vocabulary carries it. */
        private long told(long frame, int slot) {
            long word = memory.get(frame)[slot];
            return (word & 1) == 0 ? 0 : word;
        }

        private Set<Long> roots() {
            Set<Long> roots = new TreeSet<>(created);
            if (paging) {
                roots.add(cr3);
            }
            return roots;
        }

        private long child(long frame, int level, long word) {
            if (level == 1 || mode.kind(word, level, cr4()) != EntryKind.TABLE) {
                return -1;
            }
            long child = mode.frame(word, level, cr4());
            return child == frame ? -1 : child;
        }

        /** Everything that the roots reach, through frames that may be looked into. */
        private Set<Place> mark(Set<Long> roots, Words words, LongPredicate open) {
            Set<Place> marked = new TreeSet<>();
            for (long root : roots) {
                mark(root, mode.levels(), words, open, marked);
            }
            return marked;
        }

        private void mark(long frame, int level, Words words, LongPredicate open, Set<Place> marked) {
            if (marked.add(new Place(frame, level)) && open.test(frame)) {
                for (int slot : slots) {
                    long child = child(frame, level, words.word(frame, slot));
                    if (child >= 0) {
                        mark(child, level - 1, words, open, marked);
                    }
                }
            }
        }

        private static long[] frames(Set<Place> places) {
            return places.stream()
                    .flatMapToLong(place -> LongStream.of(place.frame))
                    .distinct()
                    .sorted()
                    .toArray();
        }
    }
}
