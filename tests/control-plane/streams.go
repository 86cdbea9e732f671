package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// captureStreams gives descriptors 1 and 2 to a log file, for whatever the
// components in this process print, and returns the caller's stdout. From here
// on diagnostics is the caller's stderr.
func captureStreams(logPath string) (*os.File, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	stdout, err := duplicate(unix.Stdout, "stdout")
	if err != nil {
		return nil, err
	}
	stderr, err := duplicate(unix.Stderr, "stderr")
	if err != nil {
		return nil, err
	}
	for _, descriptor := range []int{unix.Stdout, unix.Stderr} {
		if err := unix.Dup3(int(log.Fd()), descriptor, 0); err != nil {
			return nil, fmt.Errorf("redirect descriptor %d: %w", descriptor, err)
		}
	}
	diagnostics = stderr
	return stdout, nil
}

// duplicate keeps a stream for us alone: a child that inherited the caller's
// stdout would keep its pipe open.
func duplicate(descriptor int, name string) (*os.File, error) {
	copied, err := unix.FcntlInt(uintptr(descriptor), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, err)
	}
	return os.NewFile(uintptr(copied), name), nil
}
