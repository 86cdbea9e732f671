package main

import (
	"context"
	"fmt"
	"os"
	_ "time/tzdata" // time zones of CronJobs, wherever the tests run

	"github.com/spf13/pflag"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl with exec plugins
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

// component is a program of Kubernetes that is linked into this binary. Each
// runs in a process of its own: two of them in one process quarrel over the
// logging flags.
type component struct {
	// program is what the component believes its os.Args[0] to be.
	program string
	main    func() int
}

var components = map[string]component{
	"controllers": {"kube-controller-manager", func() int { return cli.Run(controllers.NewControllerManagerCommand()) }},
	"scheduler":   {"kube-scheduler", func() int { return cli.Run(scheduler.NewSchedulerCommand()) }},
	"kwok":        {"kwok", kwokMain},
	"kubectl":     {"kubectl", kubectlMain},
}

func (c component) run(arguments []string) int {
	os.Args = append([]string{c.program}, arguments...)
	return c.main()
}

func kubectlMain() int {
	logs.GlogSetter(kubectl.GetLogVerbosity(os.Args)) //nolint:errcheck // a bad level is reported when the flags are parsed
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
	return 0
}

func kwokMain() int {
	// The packages of Kubernetes have put flags of their own here, some of
	// which kwok defines again.
	pflag.CommandLine = pflag.NewFlagSet("kwok", pflag.ContinueOnError)
	if err := runKwok(signals.SetupSignalContext()); err != nil {
		fmt.Fprintf(os.Stderr, "kwok: %v\n", err)
		return 1
	}
	return 0
}

func runKwok(ctx context.Context) error {
	global := pflag.NewFlagSet("global", pflag.ContinueOnError)
	global.ParseErrorsAllowlist.UnknownFlags = true
	global.Usage = func() {}
	ctx, _ = kwoklog.InitFlags(ctx, global)
	ctx, err := kwokconfig.InitFlags(ctx, global)
	if err != nil {
		return fmt.Errorf("read the stages: %w", err)
	}
	command := kwok.NewCommand(ctx)
	command.PersistentFlags().AddFlagSet(global)
	return command.ExecuteContext(ctx)
}
