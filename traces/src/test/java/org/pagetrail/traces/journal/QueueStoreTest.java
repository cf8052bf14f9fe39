package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueStoreTest {
    /** Documents of up to 40 KB: 12 MB, all of which but the first has large steps. */
    private static final int DOCUMENTS = 600;

    private static final int LONGEST = 40_000;
    private static final int HEADER = 100;

    @TempDir
    Path directory;

    private final byte[] bytes = new byte[LONGEST];
    private final int[] lengths = new int[DOCUMENTS];

    @BeforeEach
    void makeDocuments() {
        Random random = new Random(5);
        random.nextBytes(bytes);
        Arrays.setAll(lengths, i -> 1 + random.nextInt(LONGEST));
    }

    private QueueStore create(String name) throws IOException {
        QueueStore store = QueueStore.create(Files.createDirectory(directory.resolve(name)), HEADER);
        store.append(bytes, HEADER);
        return store;
    }

    private Path data(String name) throws IOException {
        return QueueStore.dataFile(directory.resolve(name));
    }

    private void assertIsWritten(String name) throws IOException {
        try (QueueFile file = new QueueFile(data(name))) {
            assertEquals(HEADER, file.next());
            for (int length : lengths) {
                assertEquals(length, file.next());
                assertArrayEquals(Arrays.copyOf(bytes, length), Arrays.copyOf(file.document(), length));
            }
            assertEquals(QueueFile.END, file.next());
        }
    }

    @Test
    void whatIsPreparedMakesNoDifferenceToTheFile() throws IOException {
        int steps = 0;
        try (QueueStore plain = create("plain");
                QueueStore prepared = create("prepared")) {
            for (int length : lengths) {
                plain.append(bytes, length);
                prepared.append(bytes, length);
                while (prepared.prepare()) {
                    steps++;
                }
            }
        }
        assertTrue(steps > 1 << 8, () -> "few steps");
        assertEquals(-1, Files.mismatch(data("plain"), data("prepared")));
        assertIsWritten("plain");
    }

    @Test
    void oneThreadPreparesWhileAnotherAppends() throws IOException, InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Throwable[] failed = new Throwable[1];
        QueueStore store = create("queue");
        Thread prepares = new Thread(() -> {
            while (!over.get()) {
                store.prepare();
            }
        });
        prepares.setUncaughtExceptionHandler((thread, e) -> failed[0] = e);
        prepares.start();
        try (store) {
            for (int length : lengths) {
                store.append(bytes, length);
            }
        }
        // It is closed by now, and still asked to prepare.
        over.set(true);
        prepares.join();
        assertNull(failed[0]);
        assertIsWritten("queue");
    }

    @Test
    void aShortFileIsNotPreparedNorIsOneThatIsClosed() throws IOException {
        QueueStore store = create("queue");
        try (store) {
            store.append(bytes, LONGEST);
            assertFalse(store.prepare());
            for (int length : lengths) {
                store.append(bytes, length);
            }
            assertTrue(store.prepare());
        }
        assertFalse(store.prepare());
    }
}
