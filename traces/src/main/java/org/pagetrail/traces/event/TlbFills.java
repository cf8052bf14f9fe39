package org.pagetrail.traces.event;

/**
 * A run of {@code tlb-filled} events that nothing else came between, so that many can be told in one call.
 *
 * <p>It means what its fills mean one by one, in order. An array of {@link #WORDS} words a fill, so that whoever writes or reads
 * many does so without a call for each:
 *
 * <pre>
 *   0  tick
 *   1  page
 *   2  directory entry
 *   3  table entry
 *   4  shape:
 *        63   60 59  58  57   56 55  52 51          36 35   20 19   4 3   0
 *       +-------+------+---+---+-------+--------------+-------+------+-----+
 *       | refs  |cause | G | D |rights |second way + 1|  way  | set  | tlb |
 *       +-------+------+---+---+-------+--------------+-------+------+-----+
 * </pre>
 */
public final class TlbFills {
    /** Words a fill. */
    public static final int WORDS = 5;

    /** The most fills of a run. */
    public static final int CAPACITY = 1024;

    /** Where in a fill its tick is. */
    public static final int TICK = 0;

    /** Where its page is. */
    public static final int PAGE = 1;

    /** Where its directory entry is. */
    public static final int PDE = 2;

    /** Where its table entry is. */
    public static final int PTE = 3;

    /** Where the rest of it is. */
    public static final int SHAPE = 4;

    private static final int CACHE_LINE_WORDS = 8;

    /** Where in the word of a shape its set is. */
    public static final int SET_SHIFT = 4;

    /** Where in the word of a shape its way is. */
    public static final int WAY_SHIFT = 20;

    /** Where in the word of a shape its way in the second level, plus 1, is. */
    public static final int SECOND_WAY_SHIFT = 36;

    private static final int RIGHTS_SHIFT = 52;
    private static final int DIRTY_SHIFT = 56;
    private static final int GLOBAL_SHIFT = 57;
    private static final int CAUSE_SHIFT = 58;
    private static final int REFERENCES_SHIFT = 60;

    /** The bits of the word of a shape that are neither its set nor a way. */
    public static final long KIND_MASK = 0xfff0_0000_0000_000fL;

    private static final int NIBBLE = 0xf;
    private static final int WIDE = 0xffff;
    private static final int ACCESS = 0x3f;

    private final long[] words;
    private int count;
    private int telling;
    private boolean looked;

    /** Kept, as reads of which nothing comes are left out. */
    long touched;

    /** With room for the most fills that a run has. */
    public TlbFills() {
        this(CAPACITY);
    }

    /** With room for so many fills. */
    public TlbFills(int capacity) {
        words = new long[capacity * WORDS];
    }

    /** How many fills there are. */
    public int count() {
        return count;
    }

    /** The words of all fills, valid up to {@link #count} times {@link #WORDS}; whoever adds some says so by {@link #count(int)}. */
    public long[] words() {
        looked = true;
        return words;
    }

    /** Says how many fills there are. */
    public void count(int fills) {
        count = fills;
    }

    /** Takes all fills away. */
    public void clear() {
        count = 0;
    }

    /** Adds a fill by its words. */
    public void add(long tick, long page, long pde, long pte, long shape) {
        int at = count++ * WORDS;
        words[at] = tick;
        words[at + PAGE] = page;
        words[at + PDE] = pde;
        words[at + PTE] = pte;
        words[at + SHAPE] = shape;
    }

    /** Writes an event's fields, which have to {@linkplain #fits(long[]) fit}, as the words of a fill. */
    public static void toWords(long tick, long[] fields, long[] words, int to) {
        words[to] = tick;
        words[to + PAGE] = fields[4];
        words[to + PDE] = fields[5];
        words[to + PTE] = fields[6];
        words[to + SHAPE] = shape(fields);
    }

    /** Takes some fills of another run in place of its own. */
    public void copy(TlbFills other, int from, int fills) {
        count = fills;
        System.arraycopy(other.words, from * WORDS, words, 0, fills * WORDS);
    }

    /**
     * Reads a word of each cache line of its fills. What another processor wrote is so fetched many lines at once; by the work on it they
     * would be fetched one after the other, which can take longer than the work.
     */
    public void touch() {
        long any = 0;
        for (int at = 0; at < count * WORDS; at += CACHE_LINE_WORDS) {
            any |= words[at];
        }
        touched = any;
    }

    /** Adds a fill by its event's fields, which have to {@linkplain #fits(long[]) fit}. */
    public void add(long tick, long[] fields) {
        toWords(tick, fields, words, count++ * WORDS);
    }

    /** Which fill was told last, or is being told; 0 before the first. */
    public int telling() {
        return telling;
    }

    /** Says that none was told yet, and nobody looked at any. */
    public void begin() {
        telling = 0;
        looked = false;
    }

    /** Whether somebody asked for {@link #words}, or had one told, since it {@linkplain #begin began}. */
    public boolean looked() {
        return looked;
    }

    /** Tells one fill as the event that it is. */
    public void tell(int index, TraceEvents out) {
        telling = index;
        looked = true;
        int at = index * WORDS;
        long shape = words[at + SHAPE];
        out.tlbFilled(
                words[at + TICK],
                tlb(shape),
                set(shape),
                way(shape),
                secondLevelWay(shape),
                words[at + PAGE],
                words[at + PDE],
                words[at + PTE],
                rights(shape),
                dirty(shape),
                global(shape),
                cause(shape),
                references(shape));
    }

    /** Whether a fill with its event's fields fits the word of its shape. */
    public static boolean fits(long[] fields) {
        return fits(
                (int) fields[0],
                (int) fields[1],
                (int) fields[2],
                (int) fields[3],
                (int) fields[7],
                (int) fields[8],
                (int) fields[9],
                (int) fields[10],
                fields[11]);
    }

    /** Whether a fill fits the word of its shape; one that does not is told by itself. */
    public static boolean fits(
            int tlb,
            int set,
            int way,
            int secondLevelWay,
            int rights,
            int dirty,
            int global,
            int cause,
            long walkReferences) {
        return ((tlb | rights) & ~NIBBLE) == 0
                && (walkReferences & ~NIBBLE) == 0
                && ((set | way | secondLevelWay + 1) & ~WIDE) == 0
                && ((dirty | global) & ~1) == 0
                && (cause & ~3) == 0;
    }

    /** The word of a shape by its event's fields. */
    public static long shape(long[] fields) {
        return shape(
                (int) fields[0],
                (int) fields[1],
                (int) fields[2],
                (int) fields[3],
                (int) fields[7],
                (int) fields[8],
                (int) fields[9],
                (int) fields[10],
                fields[11]);
    }

    /** The word of a shape; what does not {@linkplain #fits fit} is not kept apart. */
    public static long shape(
            int tlb,
            int set,
            int way,
            int secondLevelWay,
            int rights,
            int dirty,
            int global,
            int cause,
            long walkReferences) {
        return tlb
                | (long) set << SET_SHIFT
                | (long) way << WAY_SHIFT
                | (long) (secondLevelWay + 1) << SECOND_WAY_SHIFT
                | (long) rights << RIGHTS_SHIFT
                | (long) dirty << DIRTY_SHIFT
                | (long) global << GLOBAL_SHIFT
                | (long) cause << CAUSE_SHIFT
                | walkReferences << REFERENCES_SHIFT;
    }

    /** The ordinal of its {@link Tlb}. */
    public static int tlb(long shape) {
        return (int) shape & NIBBLE;
    }

    /** Its set. */
    public static int set(long shape) {
        return (int) (shape >>> SET_SHIFT) & WIDE;
    }

    /** Its way. */
    public static int way(long shape) {
        return (int) (shape >>> WAY_SHIFT) & WIDE;
    }

    /** The way in the second level; -1 for none. */
    public static int secondLevelWay(long shape) {
        return ((int) (shape >>> SECOND_WAY_SHIFT) & WIDE) - 1;
    }

    /** A set of {@link Rights}. */
    public static int rights(long shape) {
        return (int) (shape >>> RIGHTS_SHIFT) & NIBBLE;
    }

    /** Its rights, and above them a bit each for D and G. */
    public static int access(long shape) {
        return (int) (shape >>> RIGHTS_SHIFT) & ACCESS;
    }

    /** 1 when D is set. */
    public static int dirty(long shape) {
        return (int) (shape >>> DIRTY_SHIFT) & 1;
    }

    /** 1 when it is global. */
    public static int global(long shape) {
        return (int) (shape >>> GLOBAL_SHIFT) & 1;
    }

    /** The ordinal of its {@link FillCause}. */
    public static int cause(long shape) {
        return (int) (shape >>> CAUSE_SHIFT) & 3;
    }

    /** How often its walk read memory. */
    public static int references(long shape) {
        return (int) (shape >>> REFERENCES_SHIFT);
    }
}
