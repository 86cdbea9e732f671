import { describe, expect, it, vi } from 'vitest';

import type { Receipt } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { settle } from '../../shared/view/scripted';
import { ReceiptController } from './receipt.svelte';
import { job, receipt, refOf, scene } from './scene';

const first = refOf('j1', 0);
const second = refOf('j1', 1);

function opened() {
  const script = scene([job('j1', 3)]);
  return { script, controller: new ReceiptController(script.backend) };
}

describe('a receipt', () => {
  it('is never the one before: until it is here nothing can be done with what is drawn', async () => {
    const { script, controller } = opened();
    controller.show(first);
    await settle();
    expect(controller.isCurrent).toBe(true);
    let answer: (value: Receipt) => void = () => undefined;
    script.calls.receiptRead.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    controller.show(second);
    expect(controller.receipt?.receipt).toEqual(first);
    expect(controller.isCurrent).toBe(false);
    await controller.check();
    expect(script.calls.receiptCheck).not.toHaveBeenCalled();
    answer(receipt(second));
    await settle();
    expect(controller.receipt?.receipt).toEqual(second);
    expect(controller.isCurrent).toBe(true);
  });

  it('drops an answer that comes late', async () => {
    const { script, controller } = opened();
    let late: (value: Receipt) => void = () => undefined;
    script.calls.receiptRead.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
    controller.show(first);
    controller.show(second);
    await settle();
    late(receipt(first));
    await settle();
    expect(controller.receipt?.receipt).toEqual(second);
  });

  it('tells and announces what a check found', async () => {
    const { script, controller } = opened();
    controller.show(first);
    await settle();
    script.calls.receiptCheck.mockResolvedValueOnce(receipt(first, { happened: [{ at: '15:00:00.000', text: 'Checked: it is not there' }] }));
    const checking = controller.check();
    expect(controller.isChecking).toBe(true);
    await checking;
    expect(controller.isChecking).toBe(false);
    expect(controller.checked).toBe('Checked: it is not there');
    expect(announcer.politeText).toContain('ConfigMap j1-0: Checked: it is not there');
  });

  it('keeps the receipt and says why when it could not be checked', async () => {
    const { script, controller } = opened();
    controller.show(first);
    await settle();
    script.calls.receiptCheck.mockRejectedValueOnce({ code: 'unreachable', message: 'garden does not answer' });
    await controller.check();
    expect(controller.receipt?.receipt).toEqual(first);
    expect(controller.failure?.code).toBe('unreachable');
    expect(announcer.assertiveText).toContain('garden does not answer');
  });

  it('is read again when receipts changed', async () => {
    const { script, controller } = opened();
    controller.show(first);
    await settle();
    script.calls.receiptRead.mockResolvedValueOnce(receipt(first, { words: 'restored' }));
    controller.changed();
    await settle();
    expect(controller.receipt?.words).toBe('restored');
  });

  it('can be asked for again when it could not be read', async () => {
    const { script, controller } = opened();
    script.calls.receiptRead.mockRejectedValueOnce({ code: 'storageFailed', message: 'no' });
    controller.show(first);
    await settle();
    expect(controller.error?.code).toBe('storageFailed');
    controller.retry();
    await settle();
    expect(controller.error).toBeNull();
    expect(controller.isCurrent).toBe(true);
  });

  it('goes to the clipboard as kubectl', async () => {
    const { controller } = opened();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce(undefined);
    controller.show(first);
    await settle();
    await controller.copyAsKubectl();
    expect(write).toHaveBeenCalledWith('kubectl delete configmap a');
  });
});
