package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/tools/clientcmd"
	kubectlconfig "k8s.io/kubectl/pkg/cmd/config"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
)

// kubeconfigsCommand is `kubectl config view --raw -o json` for thousands of
// values of KUBECONFIG, which come as JSON strings, one a line. It runs
// kubectl's own command; what it spares is the start of a process for each.
func kubeconfigsCommand(arguments []string, input io.Reader, output io.Writer) error {
	flags := flag.NewFlagSet("kubeconfigs", flag.ContinueOnError)
	resolve := flags.Bool("resolve-paths", false, "as every other command of kubectl takes them")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	kubectlutil.BehaviorOnFatal(func(message string, _ int) { panic(refusal(message)) })
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var kubeconfig string
		if err := json.Unmarshal(lines.Bytes(), &kubeconfig); err != nil {
			return fmt.Errorf("a line of the input: %w", err)
		}
		answer, err := json.Marshal(viewKubeconfig(kubeconfig, *resolve))
		if err != nil {
			return err
		}
		if _, err := output.Write(append(answer, '\n')); err != nil {
			return err
		}
	}
	return lines.Err()
}

// kubeconfigView is what kubectl prints, or why it prints nothing.
type kubeconfigView struct {
	Config  json.RawMessage `json:"config,omitempty"`
	Refused string          `json:"refused,omitempty"`
}

type refusal string

func viewKubeconfig(kubeconfig string, resolve bool) (view kubeconfigView) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case refusal:
			view = kubeconfigView{Refused: string(end)}
		default:
			panic(end)
		}
	}()
	if err := os.Setenv(clientcmd.RecommendedConfigPathEnvVar, kubeconfig); err != nil {
		return kubeconfigView{Refused: err.Error()}
	}
	options := clientcmd.NewDefaultPathOptions()
	// `config view` alone leaves paths as they stand in the file.
	options.LoadingRules.DoNotResolvePaths = !resolve
	var printed bytes.Buffer
	streams := genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &printed, ErrOut: io.Discard}
	command := kubectlconfig.NewCmdConfigView(streams, options)
	// A flag of kubectl itself, which the command reads.
	command.Flags().String("context", "", "")
	command.SetArgs([]string{"--raw", "-o", "json"})
	if err := command.Execute(); err != nil {
		return kubeconfigView{Refused: err.Error()}
	}
	return kubeconfigView{Config: printed.Bytes()}
}
