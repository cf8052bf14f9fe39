package org.pagetrail.cli;

import java.lang.reflect.Proxy;

/**
 * Turns Ctrl-C and the request to terminate into a call, so that a command can end what it is at.
 *
 * <p>A shutdown hook would not do: once the virtual machine is shutting down, the journal's store can no longer be opened or
 * closed in order. The classes for signals are not part of the Java specification, though every JDK has them; they are reached by
 * reflection, and where they are missing a signal ends the process and leaves an incomplete journal.
 */
final class Interruption {
    private Interruption() {}

    /** Has {@code action} run, in another thread, at the first such signal. */
    static void call(Runnable action) {
        for (String signal : new String[] {"INT", "TERM"}) {
            try {
                Class<?> signals = Class.forName("sun.misc.Signal");
                Class<?> handlers = Class.forName("sun.misc.SignalHandler");
                Object handler = Proxy.newProxyInstance(
                        handlers.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                action.run();
                                return null;
                            }
                            return method.getName().equals("equals")
                                    ? proxy == arguments[0]
                                    : "interruption".hashCode();
                        });
                signals.getMethod("handle", signals, handlers)
                        .invoke(null, signals.getConstructor(String.class).newInstance(signal), handler);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                // This virtual machine has none, or keeps this signal to itself.
            }
        }
    }
}
