package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * Accesses for which there is nothing to do but what nearly all of them need: a hit of the first level, or a 4 KB page found in the
 * second level or by a walk that finds every bit set, and the fill.
 *
 * <p>All that {@link Mmu} does for any access, done for these in one loop in which next to nothing is called, as a call costs more
 * than what most accesses need. Whatever is not plain is left to it before anything has changed: stale entries and fragments, 4 MB
 * pages, bits to be set, rights that do not suffice. Fills are told in runs, each before anything else is told.
 */
final class PlainAccesses {
    private static final int LEAF_MASK = Entries.PRESENT | Entries.ACCESSED;
    private static final int TABLE_MASK = LEAF_MASK | Entries.PAGE_SIZE;
    private static final int SLOT_MASK = LinearAddress.SLOTS - 1;
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;

    private static final int MISS = FillCause.MISS.ordinal();
    private static final int SECOND_LEVEL = FillCause.SECOND_LEVEL.ordinal();

    private static final int[] NO_WORDS = new int[LinearAddress.SLOTS];

    private final PhysicalMemory memory;
    private final AccessCounts counts;
    private final Clock clock;
    private final TraceEvents events;
    private final boolean heard;
    private final int longestRun;
    private final TlbFills fills = new TlbFills();
    private final TranslationCache data;
    private final TranslationCache fetch;
    private final TranslationCache second;
    private final TranslationCache walkCache;
    private final char[] held;
    private final Costs costs;

    /** Whether there is no second level or one whose replacement is served here. */
    private final boolean secondServes;

    /** How often the walk of a plain access reads memory. */
    private final int references;

    private int directory;
    private int reservedPte;
    private int globalBit;
    private long manner;
    private boolean misses;
    private long checksum;

    PlainAccesses(
            MachineProfile profile,
            PhysicalMemory memory,
            AccessCounts counts,
            Clock clock,
            TraceEvents events,
            Tlbs tlbs) {
        this.memory = memory;
        this.counts = counts;
        this.clock = clock;
        this.events = events;
        heard = events.longestRun() != 0;
        longestRun = Math.max(1, events.longestRun());
        data = tlbs.data4K;
        fetch = tlbs.fetch4K;
        second = tlbs.secondLevel;
        walkCache = tlbs.walkCache;
        held = tlbs.held;
        costs = profile.costs();
        secondServes = second == null || second.replacement().packedOrder() != null;
        references = walkCache == null ? 2 : 1;
    }

    /** Takes over what control registers say: the directory's frame, the reserved bits of a PTE, and G if it counts. */
    void control(int directoryFrame, int reservedBits, int global) {
        directory = directoryFrame;
        reservedPte = reservedBits;
        globalBit = global;
    }

    /** Accesses are made in this manner, of {@link Access}, from now on. */
    void manner(long as) {
        manner = as;
    }

    /** Whether a page that the first level for 4 KB pages does not hold can be taken for a miss. */
    void misses(boolean allowed) {
        misses = allowed;
    }

    /** The sum of the physical addresses reached since it was asked for last. */
    long checksum() {
        long sum = checksum;
        checksum = 0;
        return sum;
    }

    /**
     * Serves the accesses from {@code from} on, up to the first that is not plain.
     *
     * @return the index of the first that it left, {@code to} when none
     */
    int serve(long[] accesses, int from, int to) {
        int at = from;
        boolean goesOn = held != null;
        while (goesOn && at < to) {
            int until = Math.min(to, at + Access.MOST_SUMMED);
            at = run(accesses, at, until);
            goesOn = at == until;
            if (fills.count() == longestRun) {
                goesOn = true;
                tellFills();
            }
        }
        if (fills.count() != 0) {
            tellFills();
        }
        return at;
    }

    private void tellFills() {
        events.tlbFilled(fills);
        fills.clear();
    }

    private int[] directoryWords(int[][] frames) {
        int[] words = memory.has(directory) ? frames[directory] : null;
        return words == null ? NO_WORDS : words;
    }

    private int run(long[] accesses, int from, int to) {
        // All in local variables: fields would be read again after each store.
        Places places = data.places();
        places.checkStamps();
        char[] heldPages = held;
        long[] atOnce = places.atOnce;
        int[] stamps = places.stamps;
        int[] tags = places.tags;
        long[] raws = places.raw;
        long[] uses = data.uses();
        long as = manner;
        boolean missesServed = misses && secondServes;
        TranslationCache directoryEntries = walkCache;
        boolean leastOfFour = data.replacement().leastOfFour();
        int dataFirst = data.firstWay(0);
        int dataSets = data.sets() - 1;
        boolean hasSecond = second != null;
        TranslationCache behind = hasSecond ? second : data;
        int[] secondTags = behind.places().tags;
        long[] secondRaws = behind.places().raw;
        long[] secondOrder = behind.replacement().packedOrder();
        int secondSets = behind.sets() - 1;
        int lastShift = behind.replacement().lastShift();
        int[][] frames = memory.frameWords();
        int[] directoryWords = directoryWords(frames);
        int wanted = LEAF_MASK | reservedPte;
        boolean toTell = heard;
        long hitCost = costs.hit();
        long began = clock.now() - (from - 1L) * hitCost;
        int longest = longestRun * TlbFills.WORDS;
        int half = heldPages.length - 1 & HeldPages.FETCHES;
        int now = places.now;
        int fill = fills.count() * TlbFills.WORDS;
        long sum = 0;
        int secondLevelHits = 0;
        int walks = 0;
        int i = from;
        while (i < to) {
            long access = accesses[i];
            int holds = heldPages[Access.held(access) & heldPages.length - 1];
            int place = holds & atOnce.length - 1;
            long translation = atOnce[place];
            if (Access.serves(translation, access, as)) {
                // Variables of its own keep this loop in registers.
                int at = i;
                int time = now;
                long reached = 0;
                do {
                    time += Places.TICK;
                    stamps[place & stamps.length - 1] = Places.stamp(time, place);
                    reached += Access.summand(translation, access);
                    if (++at >= to) {
                        break;
                    }
                    access = accesses[at];
                    holds = heldPages[Access.held(access) & heldPages.length - 1];
                    place = holds & atOnce.length - 1;
                    translation = atOnce[place];
                } while (Access.serves(translation, access, as));
                i = at;
                now = time;
                sum += reached;
                if (i >= to) {
                    break;
                }
            }
            if (place != 0 || !missesServed) {
                break;
            }
            int page = Access.page(access);
            boolean isFetch = Access.isFetch(access);
            if (leastOfFour && !isFetch) {
                int first = dataFirst + 4 * (page & dataSets);
                int least = Math.min(
                        Math.min(stamps[first], stamps[first + 1]), Math.min(stamps[first + 2], stamps[first + 3]));
                place = first | least & 3;
            } else {
                TranslationCache cache = isFetch ? fetch : data;
                place = cache.victim(cache.set(page));
                holds = heldPages[page];
            }
            int replaced = tags[place];
            if (replaced > Places.EMPTY) {
                break;
            }
            int way = (holds >>> HeldPages.WAY_SHIFT) - 1;
            int set = page & secondSets;
            long raw;
            long use;
            int cause;
            if (way >= 0) {
                int at = set * ReplacementState.PACKED_WAYS | way;
                raw = secondRaws[at];
                use = uses[TranslationCache.state((int) (raw >>> Integer.SIZE), (int) raw)];
                if (secondTags[at] != page || (use & access & as) == 0) {
                    break;
                }
                secondOrder[set] = ReplacementState.moved(secondOrder[set], way);
                secondLevelHits++;
                cause = SECOND_LEVEL;
            } else {
                int pde;
                int cached = TranslationCache.NONE;
                if (directoryEntries == null) {
                    pde = directoryWords[page >>> LARGE_PAGES];
                } else {
                    cached = directoryEntries.peek(page >>> LARGE_PAGES, false);
                    if (cached == TranslationCache.NONE || directoryEntries.changed(cached)) {
                        break;
                    }
                    pde = directoryEntries.rawPde(cached);
                }
                int frame = Entries.frame(pde);
                if ((pde & TABLE_MASK) != LEAF_MASK || frame >= frames.length) {
                    break;
                }
                int[] table = frames[frame];
                if (table == null) {
                    break;
                }
                int pte = table[page & SLOT_MASK];
                use = uses[TranslationCache.state(pde, pte)];
                if ((pte & wanted) != LEAF_MASK || (use & access & as) == 0) {
                    break;
                }
                raw = (long) pde << Integer.SIZE | LinearAddress.unsigned(pte);
                if (hasSecond) {
                    long word = secondOrder[set];
                    way = ReplacementState.packedWay(word, lastShift);
                    int at = set * ReplacementState.PACKED_WAYS | way;
                    int gone = secondTags[at];
                    if (gone > Places.EMPTY) {
                        break;
                    }
                    if (gone == Places.EMPTY) {
                        second.oneMore();
                    } else {
                        heldPages[gone] &= (char) HeldPages.PLACE;
                    }
                    secondOrder[set] = ReplacementState.rotated(word, way);
                    secondTags[at] = page;
                    secondRaws[at] = raw;
                }
                if (directoryEntries != null) {
                    directoryEntries.use(cached, page >>> LARGE_PAGES);
                }
                walks++;
                cause = MISS;
            }
            if (replaced == Places.EMPTY) {
                (isFetch ? fetch : data).oneMore();
            } else {
                heldPages[isFetch ? replaced | half : replaced] &= (char) HeldPages.WAY;
            }
            if (isFetch) {
                heldPages[page] = (char) (holds & HeldPages.PLACE | way + 1 << HeldPages.WAY_SHIFT);
                heldPages[page | half] = (char) (heldPages[page | half] & HeldPages.WAY | place);
            } else {
                heldPages[page] = (char) (way + 1 << HeldPages.WAY_SHIFT | place);
            }
            tags[place] = page;
            raws[place] = raw;
            translation = Access.translationBy(raw, use);
            atOnce[place] = translation;
            if (toTell) {
                long tick = began + i * hitCost + cycles(secondLevelHits, walks);
                tell(fill, tick, isFetch ? fetch : data, place, page, way, raw, cause);
                fill += TlbFills.WORDS;
            }
            now += Places.TICK;
            stamps[place] = Places.stamp(now, place);
            sum += Access.summand(translation, access);
            i++;
            if (fill == longest) {
                // Whoever is told expects nothing to have happened since.
                break;
            }
        }
        fills.count(fill / TlbFills.WORDS);
        places.now = now;
        checksum += Access.physical(sum);
        counts.walks += walks;
        counts.secondLevelHits += secondLevelHits;
        counts.add(i - from, Access.writes(sum), Access.fetches(sum));
        clock.advance(cycles(secondLevelHits, walks));
        return i;
    }

    /** What so many second-level hits and walks take beside what every access does. */
    private long cycles(long secondLevelHits, long walks) {
        return secondLevelHits * costs.secondLevelHit() + walks * references * costs.walkReference();
    }

    /** Puts a fill among those to be told. */
    private void tell(int fill, long tick, TranslationCache cache, int place, int page, int way, long raw, int cause) {
        long[] told = fills.words();
        int state = TranslationCache.state((int) (raw >>> Integer.SIZE), (int) raw);
        told[fill + TlbFills.TICK] = tick;
        told[fill + TlbFills.PAGE] = page;
        told[fill + TlbFills.PDE] = raw >>> Integer.SIZE;
        told[fill + TlbFills.PTE] = LinearAddress.unsigned((int) raw);
        told[fill + TlbFills.SHAPE] = TlbFills.shape(
                cache.name().ordinal(),
                cache.set(page),
                cache.way(place),
                way,
                TranslationCache.rights(state),
                state >>> 2,
                (int) raw >>> 8 & globalBit >>> 8,
                cause,
                cause == MISS ? references : 0);
    }
}
