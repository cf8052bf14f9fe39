package org.pagetrail.traces.event;

/**
 * What may be done with a range of memory, as a set of bits.
 *
 * <pre>
 *    3    2    1    0
 *  +----+----+----+----+
 *  | X  | U  | W  | R  |     text: "rwxu", a dash for each that is missing
 *  +----+----+----+----+
 * </pre>
 *
 * <p>Two-level IA-32 paging has no right to read or to execute apart from presence, so there every present page has R and X.
 */
public final class Rights {
    /** It may be read. */
    public static final int READ = 1;

    /** It may be written. */
    public static final int WRITE = 2;

    /** User mode may use it. */
    public static final int USER = 4;

    /** Instructions may be fetched from it. */
    public static final int EXECUTE = 8;

    private static final int ALL = READ | WRITE | USER | EXECUTE;

    private static final String[] TEXTS = new String[ALL + 1];

    static {
        for (int rights = 0; rights <= ALL; rights++) {
            TEXTS[rights] = (has(rights, READ) ? "r" : "-")
                    + (has(rights, WRITE) ? "w" : "-")
                    + (has(rights, EXECUTE) ? "x" : "-")
                    + (has(rights, USER) ? "u" : "-");
        }
    }

    private Rights() {}

    /** Whether all bits of {@code right} are in {@code rights}. */
    public static boolean has(int rights, int right) {
        return (rights & right) == right;
    }

    /**
     * The four columns, as {@code r-x-} for a supervisor's code.
     *
     * @throws IllegalArgumentException when {@code rights} has other bits than these four
     */
    public static String text(int rights) {
        if ((rights & ~ALL) != 0) {
            throw new IllegalArgumentException("not a set of rights: " + rights);
        }
        return TEXTS[rights];
    }

    /**
     * The rights that four columns name.
     *
     * @throws IllegalArgumentException when the text is no such form
     */
    public static int parse(String text) {
        for (int rights = 0; rights <= ALL; rights++) {
            if (TEXTS[rights].equals(text)) {
                return rights;
            }
        }
        throw new IllegalArgumentException(
                "not rights: '" + text + "'; write four columns as rwxu, a dash for each missing");
    }
}
