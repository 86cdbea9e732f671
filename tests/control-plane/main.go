// Command plane runs a complete Kubernetes control plane on loopback for
// Secateur's tests, and seeds it with objects. It is not a cluster: there is
// no container runtime and no kubelet, so logs, exec and port-forward have no
// one to answer them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const usage = `usage:
  plane serve --dir DIR --name NAME [--nodes 2] [--without scheduler,controllers,kwok]
  plane seed --kubeconfig FILE [--context NAME] garden [--namespace garden]
  plane seed --kubeconfig FILE [--context NAME] herbarium [--namespace herbarium]
  plane seed --kubeconfig FILE [--context NAME] configmaps|pods --namespace NS --count N [--namespaces N] [--prefix P] [--bound]
  plane seed --kubeconfig FILE [--context NAME] sheds [--namespace NS] [--count 3]
  plane seed --kubeconfig FILE [--context NAME] webhooks
  plane change --kubeconfig FILE [--context NAME] --namespace NS --count N [--namespaces N] [--prefix P]
      [--rate N] [--replace-every N] [--probe-every 200ms]   (until stdin closes)
  plane kubectl …
  plane kubeconfigs [--resolve-paths]   (reads values of KUBECONFIG, writes what kubectl makes of each)
  plane controllers|scheduler|kwok …   (the children of serve)
`

func main() { os.Exit(run(os.Args[1:])) }

// run maps a command line to an exit code. Kubernetes' own commands end the
// process themselves when they fail.
func run(arguments []string) int {
	if len(arguments) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
	command, rest := arguments[0], arguments[1:]
	if component, known := components[command]; known {
		return component.run(rest)
	}
	var err error
	switch command {
	case "serve":
		err = serveCommand(rest)
	case "seed":
		err = seedCommand(rest)
	case "change":
		err = changeCommand(rest)
	case "kubeconfigs":
		err = kubeconfigsCommand(rest, os.Stdin, os.Stdout)
	case "help", "-h", "--help":
		fmt.Print(usage)
	default:
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return 0
	}
	if err != nil {
		fmt.Fprintf(diagnostics, "plane %s: %v\n", command, err)
		return 1
	}
	return 0
}

// diagnostics is where plane's own messages go. While serving, file descriptor
// 2 belongs to the logs of the components, and this is the caller's stderr.
var diagnostics io.Writer = os.Stderr
