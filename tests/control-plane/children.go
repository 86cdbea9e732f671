package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// childUsers are the names under which the audit log knows the children.
var childUsers = map[string]string{
	"controllers": "system:kube-controller-manager",
	"scheduler":   "system:kube-scheduler",
	"kwok":        "kwok",
}

// childArguments says how each child is started, besides its kubeconfig. The
// rate limits are lifted: thousands of pods are seeded at a time.
var childArguments = map[string]func(layout) []string{
	"controllers": func(layout layout) []string {
		return []string{
			// Without the whole set the taint of a new node is never lifted,
			// and nothing is scheduled.
			"--controllers=*",
			"--leader-elect=false",
			"--secure-port=0",
			"--kube-api-qps=5000",
			"--kube-api-burst=5000",
			"--service-account-private-key-file=" + layout.signingKey,
			"--root-ca-file=" + layout.ca,
			// A busy machine delays heartbeats; no test is about lost nodes.
			"--node-monitor-grace-period=24h",
		}
	},
	"scheduler": func(layout) []string {
		return []string{"--leader-elect=false", "--secure-port=0", "--kube-api-qps=5000", "--kube-api-burst=5000"}
	},
	"kwok": func(layout layout) []string {
		return []string{"--manage-all-nodes=true", "--config=" + layout.stages, "--node-ip=127.0.0.1", "--cidr=10.128.0.1/12"}
	},
}

// startChild starts a component as a process of this binary that the kernel
// kills when this process ends, however it ends. The kernel watches the thread
// that starts the child, so that thread must be locked and outlive it: see
// keepChildren. The end of the child is told once, to ended.
func startChild(layout layout, child string, ended chan<- error) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(layout.childLog(child), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	arguments := append([]string{child, "--kubeconfig=" + layout.childKubeconfig(child)}, childArguments[child](layout)...)
	command := exec.Command(binary, arguments...)
	command.Dir = layout.dir
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", child, err)
	}
	go func() {
		err := command.Wait()
		ended <- fmt.Errorf("%s ended (%v), see %s", child, err, layout.childLog(child))
	}()
	return nil
}

// keepChildren starts the children from one thread that lives as long as the
// process, and reports the first failure, to start or to keep running.
func keepChildren(layout layout, children []string, failed chan<- error) {
	go func() {
		runtime.LockOSThread()
		ended := make(chan error, len(children))
		for _, child := range children {
			if err := startChild(layout, child, ended); err != nil {
				failed <- err
			}
		}
		for err := range ended {
			failed <- err
		}
	}()
}
