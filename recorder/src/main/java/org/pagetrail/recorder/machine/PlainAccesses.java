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
    private final byte[] held;
    private final long kinds;
    private final Costs costs;

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
        kinds = data.places() == fetch.places() ? Access.ALL_KINDS : Access.ALL_KINDS & ~Access.FETCHES;
        costs = profile.costs();
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

    /** Whether accesses of this kind can be plain: else there is no point in trying. */
    boolean serves(long access) {
        return (access & kinds) != 0;
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
        boolean goesOn;
        do {
            int until = Math.min(to, at + Access.MOST_COUNTED);
            int end = run(accesses, at, until);
            goesOn = end == until || fills.count() == longestRun || arms(accesses[end]);
            at = end;
            if (fills.count() != 0) {
                events.tlbFilled(fills);
                fills.clear();
            }
        } while (goesOn && at < to);
        return at;
    }

    /** Whether a held translation serves an access and only was not at hand; now it is. */
    private boolean arms(long access) {
        return serves(access) && (Access.isFetch(access) ? fetch : data).arm(access, manner) != 0;
    }

    private int[] directoryWords(int[][] frames) {
        int[] words = memory.has(directory) ? frames[directory] : null;
        return words == null ? NO_WORDS : words;
    }

    private int run(long[] accesses, int from, int to) {
        // All in local variables: fields would be read again after each store.
        Places places = data.places();
        long[] atHand = places.atHand;
        int[] tags = places.tags;
        long[] raws = places.raw;
        long[] order = places.order;
        long[] kept = places.kept;
        long[] pointed = places.pointed;
        long[] uses = data.uses();
        byte[] heldPages = held;
        long as = manner;
        boolean missesServed = misses;
        boolean fetchesServed = (kinds & Access.FETCHES) != 0;
        TranslationCache directoryEntries = walkCache;
        boolean hasSecond = second != null;
        boolean unified = data == fetch;
        boolean stamped = data.replacement().stamped();
        boolean stampsOfFour = stamped && data.ways() == 4;
        int dataFirst = data.first();
        int dataSets = data.sets() - 1;
        int fetchFirst = fetch.first();
        int fetchSets = fetch.sets() - 1;
        int fetchMark = unified ? HeldPages.DATA : HeldPages.FETCH;
        TranslationCache behind = second == null ? data : second;
        int[] secondTags = behind.places().tags;
        long[] secondRaws = behind.places().raw;
        long[] secondOrder = behind.places().order;
        int secondSets = behind.sets() - 1;
        int secondWays = behind.ways();
        boolean packed = behind.replacement().packed();
        int lastShift = behind.replacement().lastShift();
        long packedMask = behind.replacement().packedMask();
        int secondCost = costs.secondLevelHit();
        int walkCost = costs.walkReference();
        long hitCost = costs.hit();
        int[][] frames = memory.frameWords();
        int[] directoryWords = directoryWords(frames);
        int global = globalBit >>> 8;
        int wanted = LEAF_MASK | reservedPte;
        long stamp = places.now + 1 - from;
        long[] told = fills.words();
        boolean toTell = heard;
        int longest = longestRun * TlbFills.WORDS;
        long began = clock.now() - (from - 1L) * hitCost;
        int fill = 0;
        long cycles = 0;
        long counted = 0;
        long sum = 0;
        int secondLevelHits = 0;
        int walks = 0;
        int i = from;
        while (i < to) {
            long access = accesses[i];
            long translation = atHand[Access.hand(access) & atHand.length - 1];
            if (Access.serves(translation, access, as)) {
                // Variables of its own keep this loop in registers.
                int at = i;
                long served = 0;
                long reached = 0;
                long next = access;
                long atOnce = translation;
                do {
                    int place = Access.place(atOnce);
                    if (stamped) {
                        order[place] = stamp + at;
                    } else {
                        int word = Access.isFetch(next)
                                ? fetchFirst + (Access.page(next) & fetchSets)
                                : dataFirst + (Access.page(next) & dataSets);
                        order[word] = order[word] & kept[place] | pointed[place];
                    }
                    served += Access.counted(next);
                    reached += Access.physical(atOnce, next);
                    if (++at >= to) {
                        break;
                    }
                    next = accesses[at];
                    atOnce = atHand[Access.hand(next) & atHand.length - 1];
                } while (Access.serves(atOnce, next, as));
                i = at;
                counted += served;
                sum += reached;
                if (i == to) {
                    break;
                }
                access = next;
            }
            boolean isFetch = Access.isFetch(access);
            if (isFetch && !fetchesServed) {
                break;
            }
            int used;
            int page = Access.page(access);
            int holds = heldPages[page];
            int mark = isFetch ? fetchMark : HeldPages.DATA;
            if ((holds & mark) != 0) {
                // Held, but another page of the same low bits is at hand instead.
                if (!stampsOfFour || isFetch) {
                    break;
                }
                int first = dataFirst + 4 * (page & dataSets);
                int place = tags[first] == page
                        ? first
                        : tags[first + 1] == page ? first + 1 : tags[first + 2] == page ? first + 2 : first + 3;
                long raw = raws[place];
                long use = uses[TranslationCache.state((int) (raw >>> Integer.SIZE), (int) raw) & uses.length - 1];
                if (tags[place] != page || (use & access & as) == 0) {
                    break;
                }
                used = place;
                translation = Access.atHand(access, raw, place, use);
                atHand[Access.hand(access) & atHand.length - 1] = translation;
            } else {
                if (!missesServed) {
                    break;
                }
                int victim;
                if (stampsOfFour && !isFetch) {
                    int first = dataFirst + 4 * (page & dataSets);
                    victim = first + ReplacementState.oldestOfFour(order, first);
                } else {
                    TranslationCache cache = isFetch ? fetch : data;
                    victim = cache.victim(cache.set(page));
                }
                int replaced = tags[victim];
                if ((replaced & Places.SPECIAL) != 0 && replaced != Places.EMPTY) {
                    break;
                }
                long raw;
                long use;
                int way = holds & HeldPages.WAY;
                int cause;
                int references;
                if (way != 0) {
                    int set = page & secondSets;
                    int place = set * secondWays + --way;
                    raw = secondRaws[place];
                    use = uses[TranslationCache.state((int) (raw >>> Integer.SIZE), (int) raw) & uses.length - 1];
                    if (secondTags[place] != page || (use & access & as) == 0) {
                        break;
                    }
                    if (packed) {
                        secondOrder[set] = ReplacementState.moved(secondOrder[set], way);
                    } else {
                        second.use(place, page);
                    }
                    cycles += secondCost;
                    secondLevelHits++;
                    cause = SECOND_LEVEL;
                    references = 0;
                } else {
                    int pde;
                    references = 2;
                    int cached = TranslationCache.NONE;
                    if (directoryEntries == null) {
                        pde = directoryWords[page >>> LARGE_PAGES];
                    } else {
                        cached = directoryEntries.peek(page >>> LARGE_PAGES, false);
                        if (cached == TranslationCache.NONE || directoryEntries.changed(cached)) {
                            break;
                        }
                        pde = directoryEntries.rawPde(cached);
                        references = 1;
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
                    use = uses[TranslationCache.state(pde, pte) & uses.length - 1];
                    if ((pte & wanted) != LEAF_MASK || (use & access & as) == 0) {
                        break;
                    }
                    raw = (long) pde << Integer.SIZE | LinearAddress.unsigned(pte);
                    if (hasSecond) {
                        int set = page & secondSets;
                        long word = secondOrder[set];
                        way = packed
                                ? ReplacementState.packedWay(word, lastShift)
                                : second.victim(set) - set * secondWays;
                        int place = set * secondWays + way;
                        int gone = secondTags[place];
                        if ((gone & Places.SPECIAL) != 0) {
                            if (gone != Places.EMPTY) {
                                break;
                            }
                            second.oneMore();
                        }
                        heldPages[gone] &= (byte) ~HeldPages.WAY;
                        if (packed) {
                            secondOrder[set] = ReplacementState.rotated(word, way, packedMask);
                        } else {
                            second.use(place, page);
                        }
                        secondTags[place] = page;
                        secondRaws[place] = raw;
                    } else {
                        way = -1;
                    }
                    if (directoryEntries != null) {
                        directoryEntries.use(cached, page >>> LARGE_PAGES);
                    }
                    cycles += (long) references * walkCost;
                    walks++;
                    cause = MISS;
                }
                if (replaced == Places.EMPTY) {
                    (isFetch ? fetch : data).oneMore();
                }
                heldPages[page] = (byte) (holds & ~HeldPages.WAY | way + 1 | mark);
                heldPages[replaced] &= (byte) ~mark;
                atHand[Access.hand(replaced, isFetch ? 1 : 0) & atHand.length - 1] = 0;
                if (unified) {
                    atHand[Access.hand(replaced, isFetch ? 0 : 1) & atHand.length - 1] = 0;
                }
                tags[victim] = page;
                raws[victim] = raw;
                used = victim;
                translation = Access.atHand(access, raw, victim, use);
                atHand[Access.hand(access) & atHand.length - 1] = translation;
                if (toTell) {
                    TranslationCache cache = isFetch ? fetch : data;
                    int state = TranslationCache.state((int) (raw >>> Integer.SIZE), (int) raw);
                    told[fill + TlbFills.TICK] = began + i * hitCost + cycles;
                    told[fill + TlbFills.PAGE] = page;
                    told[fill + TlbFills.PDE] = raw >>> Integer.SIZE;
                    told[fill + TlbFills.PTE] = LinearAddress.unsigned((int) raw);
                    told[fill + TlbFills.SHAPE] = TlbFills.shape(
                            cache.name().ordinal(),
                            cache.set(page),
                            cache.way(victim),
                            way,
                            TranslationCache.rights(state),
                            state >>> 2,
                            (int) raw >>> 8 & global,
                            cause,
                            references);
                    fill += TlbFills.WORDS;
                }
            }
            if (stamped) {
                order[used] = stamp + i;
            } else {
                int word = isFetch ? fetchFirst + (page & fetchSets) : dataFirst + (page & dataSets);
                order[word] = order[word] & kept[used] | pointed[used];
            }
            counted += Access.counted(access);
            sum += Access.physical(translation, access);
            i++;
            if (fill == longest) {
                break;
            }
        }
        fills.count(fill / TlbFills.WORDS);
        places.now += i - from;
        checksum += sum;
        counts.walks += walks;
        counts.secondLevelHits += secondLevelHits;
        counts.add(i - from, Access.writes(counted), Access.fetches(counted));
        clock.advance(cycles);
        return i;
    }
}
