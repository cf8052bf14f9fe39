package org.pagetrail.recorder.machine;

import java.util.Arrays;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * One set-associative cache of translations: a TLB of some level and page size, or the cache of directory entries.
 *
 * <p>An entry stands in its way's place (see {@link Places}); a place is the cache's first, plus the set times the stride, plus the way.
 * What it translates to and allows follows from the raw entries that a walk read. Where a walk would read them now is not kept: the
 * directory is always that of CR3, as a load of CR3 drops or {@linkplain #rebase rebases} what is held, and its entry says which table.
 */
final class TranslationCache {
    static final int WRITABLE = 1;
    static final int USER = 1 << 1;
    static final int DIRTY = 1 << 2;

    /** The bits of a {@link #state} that decide what an entry allows: an index of a truth table of eight. */
    static final int STATE_MASK = WRITABLE | USER | DIRTY;

    /** Instead of a place: there is no such entry. */
    static final int NONE = -1;

    private static final int WHOLE_4M = Places.LARGE | Places.FRAGMENT;
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;

    /** By R/W and U/S. */
    private static final int[] RIGHTS = {
        Rights.READ | Rights.EXECUTE,
        Rights.READ | Rights.EXECUTE | Rights.WRITE,
        Rights.READ | Rights.EXECUTE | Rights.USER,
        Rights.READ | Rights.EXECUTE | Rights.WRITE | Rights.USER
    };

    private final Tlb name;
    private final boolean directoryEntries;
    private final int ways;
    private final int stride;
    private final int setMask;
    private final int entries;
    private final int first;
    private final int end;

    private final Places places;
    private final int[] tags;
    private final long[] raw;
    private final ReplacementState replacement;

    /** Where which keys are held, null where entries have to be searched for; see {@link HeldPages}. */
    private final char[] held;

    /** Which bits of that are this cache's. */
    private final int heldMask;

    /** Which half of it. */
    private final int heldHalf;

    /** The uses for which an entry serves at once, by its state: bits of {@link Access}. */
    private final long[] uses = new long[STATE_MASK + 1];

    /** Of a first level for 4 KB pages, what serves at once; else null. */
    private final long[] atOnce;

    private int globalBit;
    private int valid;
    private int changed;
    private int large;
    private int fragments;

    /** A cache that shares nothing with others. */
    TranslationCache(Tlb name, TlbGeometry geometry) {
        this(name, geometry, new Places(isFirstLevel(name), geometry), HeldPages.none(name == Tlb.INSTRUCTION_4K));
    }

    /**
     * A cache that is empty.
     *
     * @param places where its entries are to stand
     * @param held where 4 KB pages are held, by this cache and others; for the cache of directory entries, where slots are. Null when
     *     entries are to be searched for
     */
    TranslationCache(Tlb name, TlbGeometry geometry, Places places, char[] held) {
        this.name = name;
        this.places = places;
        directoryEntries = name == Tlb.WALK_CACHE;
        ways = geometry.ways();
        stride = places.stride(geometry);
        setMask = geometry.sets() - 1;
        entries = geometry.entries();
        first = places.take(geometry);
        end = first + geometry.sets() * stride;
        tags = places.tags;
        raw = places.raw;
        atOnce = places.atOnce;
        replacement = new ReplacementState(geometry, places, first);
        this.held = name == Tlb.DATA_4M || name == Tlb.INSTRUCTION_4M ? null : held;
        heldMask = isFirstLevel(name) ? HeldPages.PLACE : HeldPages.WAY;
        heldHalf = name == Tlb.INSTRUCTION_4K ? HeldPages.FETCHES : 0;
    }

    /** Whether it is a first level for 4 KB pages, which serves most accesses at once. */
    private static boolean isFirstLevel(Tlb name) {
        return name == Tlb.DATA_4K || name == Tlb.INSTRUCTION_4K || name == Tlb.UNIFIED;
    }

    Tlb name() {
        return name;
    }

    int ways() {
        return ways;
    }

    int sets() {
        return setMask + 1;
    }

    /** The place of the first way of the set that a key belongs to. */
    int firstWay(int key) {
        return first + set(key) * stride;
    }

    Places places() {
        return places;
    }

    /** How many entries are held. */
    int valid() {
        return valid;
    }

    /** Whether an entry of a whole 4 MB page is held. */
    boolean holdsLarge() {
        return large != 0;
    }

    int set(int key) {
        return key & setMask;
    }

    /** The way of a place. */
    int way(int place) {
        return place & stride - 1;
    }

    /** The place of a set and way. */
    int place(int set, int way) {
        return first + set * stride + way;
    }

    /** Whether a place holds an entry. */
    boolean valid(int place) {
        return (tags[place] & Places.EMPTY) == 0;
    }

    boolean changed(int place) {
        return (tags[place] & Places.CHANGED) != 0;
    }

    /** Whether an entry is of a 4 MB page and held whole. */
    boolean large(int place) {
        return (tags[place] & Places.LARGE) != 0;
    }

    /** Whether an entry is of a 4 MB page, or of a part of one. */
    boolean whole4M(int place) {
        return (tags[place] & WHOLE_4M) != 0;
    }

    int key(int place) {
        return tags[place] & Places.KEY;
    }

    int rawPde(int place) {
        return (int) (raw[place] >>> Integer.SIZE);
    }

    int rawPte(int place) {
        return (int) raw[place];
    }

    private int leaf(int place) {
        return whole4M(place) ? rawPde(place) : rawPte(place);
    }

    /** The frame that an entry leads to: of a 4 MB page held whole, its first. */
    int frame(int place) {
        if (!whole4M(place)) {
            return Entries.frame(rawPte(place));
        }
        int base = Entries.largeFrame(rawPde(place));
        return large(place) ? base : base + (key(place) & (1 << LARGE_PAGES) - 1);
    }

    /** The frame that an entry leads to for a page that it translates. */
    int frame(int place, int page) {
        return large(place) ? frame(place) + (page & (1 << LARGE_PAGES) - 1) : frame(place);
    }

    /** The rights and D of an entry. */
    int state(int place) {
        return state(rawPde(place), leaf(place));
    }

    /** The rights and D of what a walk finds by these entries; for a 4 MB page both are its directory entry. */
    static int state(int pde, int leaf) {
        return (pde & leaf & (Entries.WRITABLE | Entries.USER)) >> 1 | (leaf & Entries.DIRTY) >> 4;
    }

    /** What a state allows, as events tell it: {@link Rights}. */
    static int rights(int state) {
        return RIGHTS[state & (WRITABLE | USER)];
    }

    /** 1 for a global entry, else 0. */
    int global(int place) {
        return (leaf(place) & globalBit) != 0 ? 1 : 0;
    }

    /** Says whether G counts: the bit, or 0. */
    void globalBit(int bit) {
        globalBit = bit;
    }

    /** Who chooses what gives way. */
    ReplacementState replacement() {
        return replacement;
    }

    /**
     * The translation that serves an access, if an unchanged entry is held that allows it; its use is noted. Else 0.
     *
     * @param as in which manner, of {@link Access}
     */
    long hit(long access, long as) {
        if (held == null) {
            return 0;
        }
        int place = held[Access.held(access) & held.length - 1] & HeldPages.PLACE;
        long translation = atOnce[place];
        if (!Access.serves(translation, access, as)) {
            return 0;
        }
        places.used(place);
        return translation;
    }

    /** Makes the entry of a key, which stands in this place, the most recent. */
    void use(int place, int key) {
        replacement.used(set(key), way(place));
    }

    /**
     * Takes over for which uses an entry serves at once.
     *
     * @param usesByState by its rights and D
     * @param kinds those that come to this cache
     */
    void serve(long[] usesByState, long kinds) {
        boolean same = true;
        for (int state = 0; state < uses.length; state++) {
            same &= uses[state] == (usesByState[state] & kinds);
            uses[state] = usesByState[state] & kinds;
        }
        for (int place = first; place < end && !same; place++) {
            atOnce[place] = servedAtOnce(place);
        }
    }

    /** The uses for which an entry serves at once, by its state. */
    long[] uses() {
        return uses;
    }

    /** What an entry serves at once: nothing if it is changed. */
    private long servedAtOnce(int place) {
        return valid(place) && !changed(place) ? Access.translation(frame(place), uses[state(place)]) : 0;
    }

    private int search(int key, int wanted) {
        int from = firstWay(key);
        for (int place = from; place < from + ways; place++) {
            if ((tags[place] & (Places.KEY | Places.LARGE | Places.EMPTY)) == wanted) {
                return place;
            }
        }
        return NONE;
    }

    /** The place of the entry with this key, made the most recent; {@link #NONE} when there is none. */
    int find(int key, boolean isLarge) {
        int place = peek(key, isLarge);
        if (place != NONE) {
            use(place, key);
        }
        return place;
    }

    /** The place of the entry with this key, which stays as recent as it is; {@link #NONE} when there is none. */
    int peek(int key, boolean isLarge) {
        if (isLarge) {
            return large == 0 ? NONE : search(key, key | Places.LARGE);
        }
        if (held != null) {
            int holds = held[heldHalf + key] & heldMask;
            if (holds == 0) {
                return NONE;
            }
            return atOnce != null ? holds : firstWay(key) + (holds >>> HeldPages.WAY_SHIFT) - 1;
        }
        return search(key, key);
    }

    /**
     * Puts a translation in.
     *
     * @param old the place that it takes, which holds the same page, or {@link #NONE} for the replacement's choice
     * @param size {@link Places#LARGE} for a 4 MB page held whole, {@link Places#FRAGMENT} for a part of one, else 0
     * @return the place
     */
    int fill(int old, int key, int size, int rawPde, int rawPte) {
        int place = old != NONE ? old : victim(set(key));
        use(place, key);
        forget(place);
        tags[place] = key | size;
        raw[place] = (long) rawPde << Integer.SIZE | LinearAddress.unsigned(rawPte);
        valid++;
        large += size == Places.LARGE ? 1 : 0;
        fragments += size == Places.FRAGMENT ? 1 : 0;
        if (held != null && size != Places.LARGE) {
            int holds = atOnce != null ? place : way(place) + 1 << HeldPages.WAY_SHIFT;
            held[heldHalf + key] = (char) (held[heldHalf + key] & ~heldMask | holds);
        }
        if (atOnce != null) {
            atOnce[place] = servedAtOnce(place);
        }
        return place;
    }

    /** Notes that an entry now stands where none did: for who fills places without {@link #fill}. */
    void oneMore() {
        valid++;
    }

    /** The place that a new entry takes in a set. */
    int victim(int set) {
        int from = first + set * stride;
        if (!replacement.emptyFirst() && valid != entries) {
            for (int place = from; place < from + ways; place++) {
                if (!valid(place)) {
                    return place;
                }
            }
        }
        return from + replacement.victim(set);
    }

    /** Takes an entry out of all counts, if there is one. */
    private void forget(int place) {
        int tag = tags[place];
        if ((tag & Places.EMPTY) != 0) {
            return;
        }
        valid--;
        if ((tag & Places.SPECIAL) != 0) {
            changed -= (tag & Places.CHANGED) != 0 ? 1 : 0;
            large -= (tag & Places.LARGE) != 0 ? 1 : 0;
            fragments -= (tag & Places.FRAGMENT) != 0 ? 1 : 0;
        }
        if (held != null && (tag & Places.LARGE) == 0) {
            held[heldHalf + (tag & Places.KEY)] &= (char) ~heldMask;
        }
        if (atOnce != null) {
            atOnce[place] = 0;
        }
    }

    /**
     * Notes that a use of a changed entry is told now; false when the same was told since the entry's last change.
     *
     * <p>A directory entry, and a 4 MB translation under which there is a table now, may still be right for one page and wrong for
     * the next: there a use is the same only for the same page.
     *
     * @param tableNow whether a walk would find a table there now
     */
    boolean tell(int place, int page, int use, boolean tableNow) {
        boolean byPage = directoryEntries || tableNow && large(place);
        if (byPage && places.toldPage[place] != page) {
            places.toldPage[place] = page;
            places.told[place] = 0;
        }
        int bit = 1 << use;
        boolean isNew = (places.told[place] & bit) == 0;
        places.told[place] |= (byte) bit;
        return isNew;
    }

    /** Makes every use of a changed entry worth telling again. */
    void forgetTold() {
        Arrays.fill(places.told, first, end, (byte) 0);
    }

    /**
     * A directory entry that walks read has changed: marks the entries for whose pages they read it.
     *
     * @param wasPresent whether there can be an unchanged entry that was filled from it
     */
    void directoryEntryChanged(int slot, boolean wasPresent) {
        // What a walk reads in place of a word that is gone is of interest for entries that are changed already.
        if ((wasPresent ? valid : changed) == 0) {
            return;
        }
        for (int place = first; place < end; place++) {
            if (valid(place) && slot(place) == slot) {
                markChanged(place);
            }
        }
    }

    /** A word of a table that walks read below this directory slot has changed: marks the entries for whose pages they read it. */
    void tableEntryChanged(int directorySlot, int slot, boolean wasPresent) {
        if (directoryEntries || (wasPresent ? valid : changed) == 0) {
            return;
        }
        int small = peek(directorySlot << LARGE_PAGES | slot, false);
        if (small != NONE) {
            markChanged(small);
        }
        int whole = peek(directorySlot, true);
        if (whole != NONE) {
            markChanged(whole);
        }
    }

    /** The directory slot under which an entry's page lies. */
    private int slot(int place) {
        return directoryEntries || large(place) ? key(place) : key(place) >>> LARGE_PAGES;
    }

    /** Marks an entry as changed, once more if it is. */
    void markChanged(int place) {
        if (!changed(place)) {
            changed++;
        }
        tags[place] |= Places.CHANGED;
        places.told[place] = 0;
        if (atOnce != null) {
            atOnce[place] = 0;
        }
    }

    /**
     * Walks read another directory, or read it otherwise: marks the entries to which it gives another directory entry, and those
     * that were changed before once more.
     *
     * @param directory the frame of the directory
     * @param ignored the bits of a directory entry whose difference does not count
     */
    void rebase(PhysicalMemory memory, int directory, int cr4, int ignored) {
        for (int place = first; place < end && valid != 0; place++) {
            if (valid(place)) {
                int word = memory.read(directory, slot(place));
                if (changed(place)
                        || ((word ^ rawPde(place)) & ~ignored) != 0
                        || Entries.large(word, cr4) != whole4M(place)) {
                    markChanged(place);
                }
            }
        }
    }

    /** Marks the entries whose table entry has one of these bits, which a walk would now refuse. */
    void markReserved(int bits) {
        for (int place = first; place < end && valid != 0; place++) {
            if (valid(place) && (rawPte(place) & bits) != 0) {
                markChanged(place);
            }
        }
    }

    /** Drops all entries, or all but the global ones; returns how many. */
    int flush(boolean keepGlobal) {
        int before = valid;
        for (int set = 0; set <= setMask && valid != 0; set++) {
            for (int position = ways - 1; position >= 0; position--) {
                int way = replacement.wayAt(set, position);
                int place = place(set, way);
                if (valid(place) && !(keepGlobal && global(place) != 0)) {
                    drop(set, way);
                }
            }
        }
        return before - valid;
    }

    /** Drops what translates a page: its own entries, and those of a 4 MB page that it lies in; returns how many. */
    int invalidate(int page) {
        int before = valid;
        if (fragments != 0) {
            for (int set = 0; set <= setMask; set++) {
                invalidate(page, set);
            }
        } else if (valid != 0) {
            invalidate(page, set(page));
            invalidate(page, set(page >>> LARGE_PAGES));
        }
        return before - valid;
    }

    private void invalidate(int page, int set) {
        for (int position = ways - 1; position >= 0; position--) {
            int way = replacement.wayAt(set, position);
            int place = place(set, way);
            if (valid(place) && translates(place, page)) {
                drop(set, way);
            }
        }
    }

    private boolean translates(int place, int page) {
        int key = key(place);
        if (large(place)) {
            return key == page >>> LARGE_PAGES;
        }
        return whole4M(place) ? key >>> LARGE_PAGES == page >>> LARGE_PAGES : key == page;
    }

    /** Drops the entry with exactly this key; returns how many. */
    int dropKey(int key) {
        int set = key & setMask;
        for (int position = 0; position < ways; position++) {
            int way = replacement.wayAt(set, position);
            int place = place(set, way);
            if (valid(place) && key(place) == key) {
                drop(set, way);
                return 1;
            }
        }
        return 0;
    }

    private void drop(int set, int way) {
        int place = place(set, way);
        forget(place);
        tags[place] = Places.EMPTY;
        replacement.emptied(set, way);
    }
}
